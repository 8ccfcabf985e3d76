import { auth, one, type Row, row, tls } from "./row.ts";

export const tlsRows: readonly Row[] = [
  row("an unknown authority", one(tls)),
  row("cacert", one(tls, 'cacert: "{ca}"')),
  row("cacert of another authority", one(tls, 'cacert: "{other-ca}"')),
  row("cacert that is not there", one(tls, "cacert: /nowhere.pem")),
  row("cacert that is not there, without TLS", one(auth, "cacert: /nowhere.pem")),
  row("cacert in the home", { "clouds.yaml": one(tls, "cacert: ~/ca.pem"), "ca.pem": "{ca-text}" }),
  row("OS_CACERT", one(tls), { OS_CACERT: "{ca}" }),
  row("REQUESTS_CA_BUNDLE", one(tls), { REQUESTS_CA_BUNDLE: "{ca}" }),
  row("CURL_CA_BUNDLE", one(tls), { CURL_CA_BUNDLE: "{ca}" }),
  row("verify: no", one(tls, "verify: no")),
  row("verify: off", one(tls, "verify: off")),
  row('verify: "no" names a file', one(tls, 'verify: "no"')),
  row("verify names the authority's file", one(tls, 'verify: "{ca}"')),
  row("verify: null", one(tls, "verify: null", 'cacert: "{ca}"')),
  row("insecure: true", one(tls, "insecure: true")),
  row('insecure: "True"', one(tls, 'insecure: "True"')),
  row('insecure: "yes" is not true', one(tls, 'insecure: "yes"')),
  row("insecure: 1", one(tls, "insecure: 1")),
  row("insecure goes before cacert", one(tls, "insecure: true", 'cacert: "{other-ca}"')),
  row("OS_INSECURE is not read", one(tls), { OS_INSECURE: "true" }),
  row("--insecure", one(tls), {}, ["--insecure"]),
  row("a client's certificate", one(tls, "verify: false", 'cert: "{cert}"', 'key: "{key}"')),
];

export const proxyRows: readonly Row[] = [
  row("http_proxy", one(auth), { http_proxy: "{proxy}" }),
  row("HTTP_PROXY", one(auth), { HTTP_PROXY: "{proxy}" }),
  row("HTTP_PROXY in a CGI program", one(auth), { HTTP_PROXY: "{proxy}", REQUEST_METHOD: "GET" }),
  row("small letters go before capitals", one(auth), {
    http_proxy: "{proxy}",
    HTTP_PROXY: "http://127.0.0.1:9",
  }),
  row("an empty http_proxy switches HTTP_PROXY off", one(auth), {
    http_proxy: "",
    HTTP_PROXY: "http://127.0.0.1:9",
  }),
  row("all_proxy", one(auth), { ALL_PROXY: "{proxy}" }),
  row("http_proxy without a scheme", one(auth), { http_proxy: "{proxy-host}" }),
  row("http_proxy with a user", one(auth), { http_proxy: "http://us%40er:pa%3ass@{proxy-host}" }),
  row("https_proxy is not for http", one(auth), { https_proxy: "http://127.0.0.1:9" }),
  row("https_proxy", one(tls, 'cacert: "{ca}"'), { https_proxy: "{proxy}" }),
  row("https_proxy, an unknown authority", one(tls), { https_proxy: "{proxy}" }),
  row("no_proxy names the host", one(auth), {
    http_proxy: "http://127.0.0.1:9",
    no_proxy: "example.org, 127.0.0.1",
  }),
  row("NO_PROXY with a network", one(auth), { http_proxy: "http://127.0.0.1:9", NO_PROXY: "127.0.0.0/8" }),
  row("no_proxy of others", one(auth), {
    http_proxy: "{proxy}",
    no_proxy: "example.org,10.0.0.0/8,27.0.0.1",
  }),
  row("no_proxy *", one(auth), { http_proxy: "http://127.0.0.1:9", no_proxy: "*" }),
  row("no_proxy of a name's end", one(auth.replace("{url}", "{named}")), {
    http_proxy: "http://127.0.0.1:9",
    no_proxy: ".localhost,host",
  }),
  row("no_proxy of another name", one(auth.replace("{url}", "{named}")), {
    http_proxy: "{proxy}",
    no_proxy: "alhost.org",
  }),
];
