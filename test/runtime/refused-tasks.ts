/** Bodies of POST /tasks that are refused: body, status, and what the answer says; `input` is one that is taken. */
export const refusedTasks = (input: { readonly import_from: string }) =>
  [
    [{ type: "import" }, 400, "Task 'input' is required"],
    [{ type: "export", input }, 400, "'export' is not one of"],
    [{ type: "location_import", input }, 400, "are made by the requests"],
    [{ type: "import", input, other: 1 }, 400, "'other' was unexpected"],
    [{ type: "import", input: null }, 400, "not of type 'object'"],
    [{ type: "import", input: { ...input, import_from: "" } }, 400, "Invalid location"],
    [{ type: "import", input: { ...input, import_from: "file:///etc/passwd" } }, 400, "File based imports"],
    [{ type: "import", input: { ...input, import_from: "swift://x" } }, 400, "The given uri is not valid"],
    [{ type: "import", input: { ...input, import_from: "http://127.0.0.1:22/x" } }, 400, "22"],
    [{ type: "import", input: { import_from: input.import_from } }, 400, "'import_from_format'"],
    [{ type: "import", input: { ...input, import_from_format: "tar" } }, 400, "disk_format"],
    [{ type: "import", input: { ...input, image_properties: { status: "active" } } }, 403, "status"],
    [{ type: "import", input: { ...input, image_properties: "x" } }, 400, "image_properties"],
  ] as const;
