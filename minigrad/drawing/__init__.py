Drawing = draw = None
