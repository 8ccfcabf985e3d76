#!/usr/bin/env python3
"""Uploads a file through a transfer, with Python's standard library alone. Run it again after a break:
it sends only what is missing.  OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME as for the openstack client.

    upload.py FILE [DISK_FORMAT]
"""
import base64, hashlib, json, os, sys
from concurrent.futures import ThreadPoolExecutor
from urllib.request import Request, urlopen


def call(method, url, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, {"Accept": "application/json", **(headers or {})}, method=method)) as answer:
        text = answer.read()
        return answer, json.loads(text) if text else None


def log_in():
    domain = {"name": "Default"}
    user = {"name": os.environ["OS_USERNAME"], "password": os.environ["OS_PASSWORD"], "domain": domain}
    scope = {"project": {"name": os.environ["OS_PROJECT_NAME"], "domain": domain}}
    identity = {"methods": ["password"], "password": {"user": user}}
    answer, body = call("POST", os.environ["OS_AUTH_URL"] + "/auth/tokens", {"auth": {"identity": identity, "scope": scope}})
    image = next(service for service in body["token"]["catalog"] if service["type"] == "image")
    return image["endpoints"][0]["url"] + "/v2/images", answer.headers["X-Subject-Token"]


def send_part(file, transfer, token, number, size, part_size):
    with open(file, "rb") as source:
        source.seek((number - 1) * part_size)
        data = source.read(size)
    _, signed = call("POST", transfer + "/parts", {"parts": [{"number": number, "size": size}]}, token)
    md5 = base64.b64encode(hashlib.md5(data).digest()).decode()
    with urlopen(Request(signed["parts"][0]["url"], data, {"Content-MD5": md5}, method="PUT")) as answer:
        answer.read()


def main(file, disk_format="raw"):
    size, ticket = os.path.getsize(file), file + ".transfer"
    if not os.path.exists(ticket):
        images, login = log_in()
        properties = {"name": os.path.basename(file), "disk_format": disk_format, "container_format": "bare"}
        _, image = call("POST", images, properties, {"X-Auth-Token": login})
        transfers = f"{images}/{image['id']}/transfers"
        _, opened = call("POST", transfers, {"size": size}, {"X-Auth-Token": login})
        with open(os.open(ticket, os.O_CREAT | os.O_WRONLY, 0o600), "w") as out:
            json.dump({"url": f"{transfers}/{opened['id']}", "token": opened["token"]}, out)
    saved = json.load(open(ticket))
    transfer, token = saved["url"], {"X-Image-Transfer-Token": saved["token"]}

    _, state = call("GET", transfer, headers=token)
    part_size, stored = state["part_size"], {part["number"] for part in state["parts"]}
    while "next_marker" in state:
        _, state = call("GET", f"{transfer}?marker={state['next_marker']}", headers=token)
        stored |= {part["number"] for part in state["parts"]}
    missing = [number for number in range(1, -(-size // part_size) + 1) if number not in stored]
    with ThreadPoolExecutor(4) as pool:
        sizes = [min(part_size, size - (number - 1) * part_size) for number in missing]
        list(pool.map(lambda n, s: send_part(file, transfer, token, n, s, part_size), missing, sizes))

    md5, sha512 = hashlib.md5(), hashlib.sha512()
    with open(file, "rb") as source:
        while chunk := source.read(1 << 20):
            md5.update(chunk), sha512.update(chunk)
    hashes = {"checksum": md5.hexdigest(), "os_hash_algo": "sha512", "os_hash_value": sha512.hexdigest()}
    _, done = call("POST", transfer + "/complete", {"size": size, **hashes}, token)
    os.remove(ticket)
    print(done["image_id"], done["image_status"])


main(*sys.argv[1:])
