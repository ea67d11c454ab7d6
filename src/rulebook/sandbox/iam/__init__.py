"""IAM as AWS has it, where moto is kinder or lacks something."""
