"""STS's API in moto, where it differs from AWS."""
