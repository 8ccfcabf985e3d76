"""Writes what a DSSE envelope's first signature is of, and that signature, by the words of the specification
(secure-systems-lab/dsse, protocol.md) alone: for openssl, which knows no envelopes.

Arguments: the envelope, where the signed bytes go, where the signature goes. Prints the statement.
"""
import base64
import json
import sys

source, signed, signature = sys.argv[1:]
with open(source) as file:
    envelope = json.load(file)
body = base64.b64decode(envelope["payload"], validate=True)
kind = envelope["payloadType"].encode("utf-8")
with open(signed, "wb") as file:
    file.write(b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body))
with open(signature, "wb") as file:
    file.write(base64.b64decode(envelope["signatures"][0]["sig"], validate=True))
print(body.decode("utf-8"))
