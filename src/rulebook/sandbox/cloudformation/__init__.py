"""The CloudFormation resource types that ``rdk deploy`` needs, and moto lacks or makes otherwise than AWS.

moto finds a type by looking at the direct subclasses of ``CloudFormationModel``; of two classes for one
type the younger wins. The service name that moto files a class under is the second part of its module's
dotted name.
"""
