"""What each watched function tells: read off its frame as it is entered or left, names and sizes before values.

A function here takes the recorder, the step and the frame, and on leaving what was returned: None also where an
exception passes through; who catches it tells of that.
"""
