"""From what a person writes to what rdk and the console take: ``checks/`` judges, ``render/`` builds."""
