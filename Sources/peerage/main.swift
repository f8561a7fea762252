print("peerage")
