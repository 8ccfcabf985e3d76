"""A key manager of castellan's for the reference Glance: certificates as ID.pem in the folder FOLDER_KEY_MANAGER."""
import os
import re

from castellan.common import exception
from castellan.common.objects import x_509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import load_pem_x509_certificate


class FolderKeyManager:
    def __init__(self, configuration=None):
        self.folder = os.environ["FOLDER_KEY_MANAGER"]

    def get(self, context, managed_object_id, metadata_only=False):
        path = os.path.join(self.folder, "%s.pem" % managed_object_id)
        if not re.fullmatch(r"[\w-]+", managed_object_id) or not os.path.exists(path):
            raise exception.ManagedObjectNotFoundError(uuid=managed_object_id)
        with open(path, "rb") as file:
            certificate = load_pem_x509_certificate(file.read())
        return x_509.X509(certificate.public_bytes(serialization.Encoding.DER))
