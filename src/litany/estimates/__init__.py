"""How many more people were killed than any list documents, and when can nobody know?"""
