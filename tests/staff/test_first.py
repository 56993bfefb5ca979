from tests.casework import open_case, matter, LANDLORDS, draft
def test_all(asha, sqlite_register):
    for key in LANDLORDS:
        ref = open_case(sqlite_register, matter(), matter("noise", "asb", subject="neighbours"), landlord=key)
        r = asha.get(f"/staff/cases/{ref}"); assert r.status_code == 200, (key, r.text)
        r = asha.get(f"/staff/cases/{ref}/letter"); assert r.status_code == 200, (key, r.text)
    r = asha.get("/staff"); assert r.status_code == 200, r.text
    r = asha.get("/staff/tasks"); assert r.status_code == 200, r.text
