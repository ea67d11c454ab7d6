"""What every part of the embedded account agrees on."""

ACCOUNT_ID = "123456789012"
PARTITION = "aws"
REGION = "us-east-1"

# Long-term credentials of an administrator who is no IAM user, so that no rule finds that person.
ADMIN_ACCESS_KEY_ID = "AKIAEMBEDDEDADMIN000"
ADMIN_SECRET_ACCESS_KEY = "embedded-account-administrator-no-secret"  # noqa: S105 - opens nothing but this account
