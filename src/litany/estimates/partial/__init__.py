"""What can be said of the missed under one named assumption, and what without any?"""
