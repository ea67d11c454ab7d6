"""What every part of the embedded account agrees on."""

ACCOUNT_ID = "123456789012"
PARTITION = "aws"
REGION = "us-east-1"
