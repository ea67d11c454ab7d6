"""The CloudFormation resource types that ``rdk deploy`` needs, and moto lacks or makes otherwise than AWS.

``resource`` is what the types have in common; ``stacks`` lets a stack fail and replace as on AWS.
"""
