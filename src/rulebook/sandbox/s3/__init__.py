"""What moto's S3 answers too kindly."""
