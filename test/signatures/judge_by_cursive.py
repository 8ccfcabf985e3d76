"""Judges signed images as Glance does, by python3-cursive with certificates out of a table; and signs by its rules.

Reads a JSON list of cases on standard input: certificate (PEM), key (PEM), data (base64) and the four properties.
Writes a JSON list: of each, whether cursive verifies the given signature, and a signature that it would verify.
"""
import base64
import json
import sys

from castellan.common.objects import x_509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.x509 import load_pem_x509_certificate
from cursive import exception, signature_utils


class Table:
    def __init__(self, pem):
        self.pem = pem

    def get(self, context, managed_object_id):
        certificate = load_pem_x509_certificate(self.pem.encode())
        return x_509.X509(certificate.public_bytes(serialization.Encoding.DER))


def judge(case):
    signature_utils.key_manager.API = lambda: Table(case["certificate"])
    try:
        verifier = signature_utils.get_verifier(
            None,
            case["img_signature_certificate_uuid"],
            case["img_signature_hash_method"],
            case["img_signature"],
            case["img_signature_key_type"],
        )
        verifier.update(base64.b64decode(case["data"]))
        verifier.verify()
        return "verified"
    except exception.SignatureVerificationError as error:
        return "refused: %s" % error
    except InvalidSignature:
        return "wrong"


def sign(case):
    key = serialization.load_pem_private_key(case["key"].encode(), None)
    method = signature_utils.HASH_METHODS.get(case["img_signature_hash_method"])
    if method is None:
        return ""
    data = base64.b64decode(case["data"])
    if isinstance(key, rsa.RSAPrivateKey):
        signature = key.sign(data, padding.PSS(padding.MGF1(method), padding.PSS.MAX_LENGTH), method)
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        signature = key.sign(data, ec.ECDSA(method))
    else:
        assert isinstance(key, dsa.DSAPrivateKey)
        signature = key.sign(data, method)
    return base64.b64encode(signature).decode()


cases = json.load(sys.stdin)
json.dump([{"judged": judge(case), "signature": sign(case)} for case in cases], sys.stdout)
