"""Uploads FILE with a token that is refused first, so that keystoneauth logs in again and repeats the PUT."""
import sys

import glanceclient
import openstack

connection = openstack.connect()
glance = glanceclient.Client("2", session=connection.session)
image = glance.images.create(name="repeated", disk_format="raw", container_format="bare")
connection.session.auth.get_access(connection.session)._auth_token = "no-token"
try:
    with open(sys.argv[1], "rb") as data:
        glance.images.upload(image.id, data)
    outcome = "taken"
except Exception as error:
    outcome = type(error).__name__
print(outcome, glance.images.get(image.id).status, image.id)
