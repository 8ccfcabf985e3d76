// npm runs this before it packs the clone: without it the result would be a package that does not start.
console.error(
  "This folder is no package: run the service from the clone (npm start), or deploy it (npx cdk deploy --all). " +
    "The client alone is one: npm pack ./client",
);
process.exit(1);
