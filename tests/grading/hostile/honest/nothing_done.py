# The lab as it was handed out.
