"""HubSpot's official Python SDK (hubspot-api-client 12), unmodified, against a base URL.

    python sdk_check.py BASE_URL ACCESS_TOKEN      (or HUBSPOT_BASE_URL, HUBSPOT_ACCESS_TOKEN)

Exit code 0 when every check holds, 1 when one fails, 77 when the SDK is not installed.
"""

import datetime
import json
import os
import sys
import time

try:
    import hubspot
    from hubspot.crm import contacts, objects, owners, properties
    from hubspot.crm.associations.v4 import AssociationSpec
    from hubspot.crm.contacts.exceptions import ApiException as ContactsError
except ImportError:
    print("the official Python SDK is not installed - run ./dev setup", file=sys.stderr)
    sys.exit(77)

RUN = format(int(time.time() * 1000), "x")
CHECKS = []


def mail(name):
    return f"{name}.{RUN}@example.org"


def check(function):
    CHECKS.append(function)
    return function


def refused(status, error_type, call, *args, **kwargs):
    """The call must be refused with this status; gives the parsed error body."""
    try:
        answer = call(*args, **kwargs)
    except error_type as error:
        assert error.status == status, f"expected {status}, got {error.status}: {error.body}"
        try:
            return json.loads(error.body)
        except ValueError:
            return error.body
    raise AssertionError(f"expected {status}, got {answer}")


def assert_contact(record, wanted):
    assert record.id.isdigit(), record.id
    assert isinstance(record.created_at, datetime.datetime)
    assert record.updated_at >= record.created_at
    assert not record.archived
    assert record.properties["hs_object_id"] == record.id
    for name, value in wanted.items():
        assert record.properties[name] == value, (name, record.properties)


def create(client, **values):
    body = contacts.SimplePublicObjectInputForCreate(properties=values, associations=[])
    return client.crm.contacts.basic_api.create(body)


@check
def contacts_crud(client):
    api = client.crm.contacts.basic_api
    body = contacts.SimplePublicObjectInputForCreate(
        properties={"email": mail("Ada").upper(), "city": "London"}, associations=[])
    record, status, headers = api.create_with_http_info(body)
    assert status == 201, status
    assert headers["Location"].endswith(f"/crm/v3/objects/contacts/{record.id}"), headers
    assert_contact(record, {"email": mail("ada"), "city": "London"})

    read = api.get_by_id(record.id, properties=["city", "jobtitle"])
    assert_contact(read, {"city": "London", "jobtitle": None})
    by_mail = api.get_by_id(mail("ADA"), id_property="email")
    assert by_mail.id == record.id

    api.update(record.id, contacts.SimplePublicObjectInput(properties={"city": "Paris"}))
    assert_contact(api.get_by_id(record.id, properties=["city"]), {"city": "Paris"})

    api.archive(record.id)
    refused(404, ContactsError, api.get_by_id, record.id)
    archived = api.get_by_id(record.id, archived=True)
    assert archived.archived and isinstance(archived.archived_at, datetime.datetime)
    page = api.get_page(limit=100, archived=True)
    assert any(item.id == record.id for item in page.results)


@check
def contacts_errors(client):
    ada = create(client, email=mail("taken"))
    error = refused(409, ContactsError, create, client, email=mail("taken"))
    assert error["category"] == "CONFLICT", error
    assert error["message"] == f"Contact already exists. Existing ID: {ada.id}", error
    error = refused(400, ContactsError, create, client, no_such_property="x")
    assert error["category"] == "VALIDATION_ERROR", error
    assert error["errors"][0]["code"] == "PROPERTY_DOESNT_EXIST", error
    error = refused(400, ContactsError, create, client, email="not an address")
    assert "INVALID_EMAIL" in error["message"], error


@check
def contacts_batches(client):
    api = client.crm.contacts.batch_api
    inputs = [
        contacts.SimplePublicObjectBatchInputForCreate(
            properties={"email": mail(name)}, associations=[])
        for name in ("bob", "cy")
    ]
    batch = contacts.BatchInputSimplePublicObjectBatchInputForCreate(inputs=inputs)
    made, status, _ = api.create_with_http_info(batch)
    assert status == 201 and made.status == "COMPLETE", (status, made)
    ids = {record.properties["email"]: record.id for record in made.results}
    assert set(ids) == {mail("bob"), mail("cy")}, ids

    def read(keys, **options):
        return api.read_with_http_info(contacts.BatchReadInputSimplePublicObjectId(
            inputs=[contacts.SimplePublicObjectId(id=key) for key in keys],
            properties=["email", "city"], properties_with_history=[], **options))

    answer, status, _ = read(ids.values())
    assert status == 200 and len(answer.results) == 2, (status, answer)
    answer, status, _ = read([mail("bob"), mail("nobody")], id_property="email")
    assert status == 207, status
    assert [record.id for record in answer.results] == [ids[mail("bob")]], answer
    assert answer.num_errors == 1 and answer.errors[0].category == "OBJECT_NOT_FOUND", answer
    assert answer.errors[0].context["ids"] == [mail("nobody")], answer

    answer = api.update(contacts.BatchInputSimplePublicObjectBatchInput(inputs=[
        contacts.SimplePublicObjectBatchInput(id=ids[mail("bob")], properties={"city": "Rome"})]))
    assert answer.results[0].properties["city"] == "Rome", answer

    upsert = contacts.BatchInputSimplePublicObjectBatchInputUpsert(inputs=[
        contacts.SimplePublicObjectBatchInputUpsert(
            id=mail(name), id_property="email", object_write_trace_id=name,
            properties={"city": "Oslo"})
        for name in ("bob", "di")
    ])
    answer, status, _ = api.upsert_with_http_info(upsert)
    assert status == 200, status
    assert {record.id == ids[mail("bob")]: record.new for record in answer.results} == {
        True: False, False: True}, answer

    gone = contacts.BatchInputSimplePublicObjectId(
        inputs=[contacts.SimplePublicObjectId(id=key) for key in ids.values()])
    _, status, _ = api.archive_with_http_info(gone)
    assert status == 204, status
    answer, status, _ = read(ids.values())
    assert status == 207 and answer.results == [], (status, answer)


@check
def contacts_list_and_search(client):
    for name in ("p1", "p2", "p3"):
        create(client, email=mail(name), city="Lima")
    first = client.crm.contacts.basic_api.get_page(limit=2)
    assert len(first.results) == 2 and first.paging.next.after, first
    everybody = client.crm.contacts.get_all()
    assert {mail("p1"), mail("p3")} <= {item.properties["email"] for item in everybody}

    wanted = contacts.Filter(property_name="email", operator="EQ", value=mail("p2"))
    request = contacts.PublicObjectSearchRequest(
        filter_groups=[contacts.FilterGroup(filters=[wanted])], properties=["city"], limit=10)
    for _ in range(40):  # search shows writes a moment later
        page = client.crm.contacts.search_api.do_search(request)
        if page.total:
            break
        time.sleep(0.25)
    assert page.total == 1 and page.results[0].properties["city"] == "Lima", page


@check
def companies_deals_tickets(client):
    for type_name, values in (
            ("companies", {"name": "Acme"}),
            ("deals", {"dealname": "Big", "pipeline": "default",
                       "dealstage": "appointmentscheduled"}),
            ("tickets", {"subject": "Help", "hs_pipeline": "0", "hs_pipeline_stage": "1"})):
        api = getattr(client.crm, type_name).basic_api
        body = objects.SimplePublicObjectInputForCreate(properties=values, associations=[])
        record = api.create(body)
        name = next(iter(values))
        api.update(record.id, objects.SimplePublicObjectInput(properties={name: "Other"}))
        read = api.get_by_id(record.id, properties=[name])
        assert read.properties[name] == "Other", read
        api.archive(record.id)


@check
def associations_v4(client):
    contact = create(client, email=mail("linked")).id
    body = objects.SimplePublicObjectInputForCreate(properties={"name": "Acme"}, associations=[])
    company = client.crm.companies.basic_api.create(body).id
    api = client.crm.associations.v4.basic_api
    answer = api.create_default("contacts", contact, "companies", company)
    assert answer.status == "COMPLETE" and answer.results, answer
    primary = AssociationSpec(
        association_category="HUBSPOT_DEFINED", association_type_id=1)
    api.create("contacts", contact, "companies", company, [primary])
    page = api.get_page("contacts", contact, "companies")
    assert [str(item.to_object_id) for item in page.results] == [company], page
    type_ids = {kind.type_id for kind in page.results[0].association_types}
    assert {1, 279} <= type_ids, type_ids


@check
def properties_api(client):
    api = client.crm.properties.core_api
    names = {item.name for item in api.get_all("contacts").results}
    assert {"email", "firstname", "lifecyclestage"} <= names
    definition = properties.PropertyCreate(
        name=f"hat_size_{RUN}", label="Hat size", type="number", field_type="number",
        group_name="contactinformation")
    _, status, _ = api.create_with_http_info("contacts", definition)
    assert status == 201, status
    assert api.get_by_name("contacts", definition.name).label == "Hat size"
    refused(409, properties.exceptions.ApiException, api.create, "contacts", definition)


@check
def owners_and_account(client):
    page = client.crm.owners.owners_api.get_page(limit=100)
    owner = page.results[0]
    assert isinstance(owner, owners.PublicOwner) and "@" in owner.email, owner
    same = client.crm.owners.owners_api.get_by_id(int(owner.id), id_property="id")
    assert same.email == owner.email
    response = client.api_request({"path": "/account-info/v3/details"})
    assert response.status_code == 200, response.text
    assert isinstance(response.json()["portalId"], int), response.text


@check
def unknown_token(client):
    stranger = hubspot.Client.create(**{**client.config, "access_token": "pat-na1-unknown"})
    error = refused(401, ContactsError, stranger.crm.contacts.basic_api.get_page, limit=1)
    assert error["category"] == "INVALID_AUTHENTICATION", error


def main():
    arguments = sys.argv[1:] + [None, None]
    base_url = arguments[0] or os.environ.get("HUBSPOT_BASE_URL")
    token = arguments[1] or os.environ.get("HUBSPOT_ACCESS_TOKEN")
    if not base_url or not token:
        sys.exit("usage: sdk_check.py BASE_URL ACCESS_TOKEN")
    # urllib3 looks for authorities where it is told, not where the system's are.
    ca_file = os.environ.get("HUBSPOT_CA_FILE")
    trust = {"ssl_ca_cert": ca_file} if ca_file else {}
    client = hubspot.Client.create(access_token=token, host=base_url, base_url=base_url, **trust)
    failures = 0
    for function in CHECKS:
        try:
            function(client)
            print(f"ok    {function.__name__}")
        except Exception as error:  # whatever it is, the other checks still count
            failures += 1
            print(f"FAIL  {function.__name__}\n      {type(error).__name__}: {error}")
    print("all checks hold" if failures == 0 else f"{failures} checks FAILED")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
