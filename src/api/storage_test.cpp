// Altinn's storage interface over real rooms: what it hands out, what it does not, and that each answer is as its schema
// says. The token, the places and the query are checked before a handler is called (endpoint.h), and are good here.
#include "api/storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/storage_json.h"
#include "base/text.h"
#include "instances/testing/instances_fixture.h"
#include "ledger/event_kinds.h"

namespace alting::api {
namespace {

using base::ErrorKind;
using base::Json;
using instances::testing::expect;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view agency_number = "974761467";
using Places = std::map<std::string, std::string, std::less<>>;

class StorageApi : public instances::testing::InstancesFixture {
 protected:
  login::Caller caller_of(std::string_view number, std::vector<std::string> scopes) {
    const auto organisation = registers.find_organisation(number).value();
    login::Caller caller;
    caller.actor.kind = terms::ActorKind::system;
    caller.actor.party = organisation.id;
    caller.actor.party_uuid = organisation.uuid;
    caller.actor.level = terms::AssuranceLevel::substantial;
    caller.actor.credential = "client:https://issuer.example/|system";
    caller.actor.scopes = scopes;
    caller.consumer = number;
    caller.scopes = std::move(scopes);
    return caller;
  }

  base::Result<web::Response> ask(const login::Caller& by, std::string_view operation, Places places = {},
                                  web::Fields query = {}, web::Fields headers = {}) {
    const auto endpoint = std::ranges::find(endpoints, operation, &Endpoint::operation_id);
    if (endpoint == endpoints.end()) throw std::logic_error("no such endpoint: " + std::string(operation));
    web::Request request;
    request.method = endpoint->method;
    request.path = endpoint->path;
    for (const auto& [name, value] : places) request.path = base::replace_all(request.path, "{" + name + "}", value);
    request.path_values = std::move(places);
    request.query = std::move(query);
    request.headers = std::move(headers);
    request.received = registers.clock.now();
    const Json none;
    const auto* with = endpoint->any_scope.empty() ? nullptr : &by;
    auto answer = endpoint->handle({request, with, none, "", base::Language::nn, public_url});
    if (!answer) return answer;
    if (const auto& schema = endpoint->answers.front().schema; !schema.is_null()) {
      for (const auto& fault : check_schema(expect(Json::parse(answer->body)), schema, storage_schemas()))
        ADD_FAILURE() << operation << ": " << fault.pointer << " breaks " << fault.keyword << ": " << answer->body;
    }
    return answer;
  }
  Json json(std::string_view operation, Places places = {}, web::Fields query = {}, web::Fields headers = {}) {
    return expect(
        Json::parse(expect(ask(agency, operation, std::move(places), std::move(query), std::move(headers))).body));
  }
  Json list(web::Fields query, web::Fields headers = {}) {
    query.emplace_back("org", "dat");
    return json("getInstances", {}, std::move(query), std::move(headers));
  }
  std::size_t count(web::Fields query, web::Fields headers = {}) {
    return list(std::move(query), std::move(headers))["instances"].size();
  }
  std::string content(Places places, const std::string& element) {
    places["dataGuid"] = element;
    auto answer = expect(ask(agency, "getData", std::move(places)));
    if (!answer.source) return answer.body;
    std::string all;
    answer.source([&](std::string_view piece) { all += piece; });
    return all;
  }

  instances::Sent send_one() {
    const auto id = begin();
    (void)fill(id);
    add_file(id, "brev.pdf", instances::testing::small_pdf);
    return send(id, saved(id).version, post());
  }
  instances::Draft saved(terms::InstanceId id) {
    return expect(instances->drafts.open(permit(manager, terms::Action::read, id)));
  }
  instances::Sent add_to(const instances::Sent& notice) {
    const auto id = begin(notice.submission.at.id);
    const auto draft = save(manager, id, {{"mer.tekst", "Mer."}}).draft;
    return send(id, draft.version, post());
  }
  Places at(const instances::Sent& sent) {
    return {{"instanceOwnerPartyId", std::to_string(firm.value)}, {"instanceGuid", sent.submission.at.id.text()}};
  }
  // How many readings of the agency the sender sees in its own log.
  std::size_t readings() {
    log->flush();
    const auto permit = expect(access->decider().decide(manager, terms::Action::read_activity, {.party = firm}));
    return log->activity(permit, {.party = firm, .kind = ledger::EventKind::agency_read}).rows.size();
  }

  const std::string public_url = "https://portal.example";
  std::vector<Endpoint> endpoints =
      storage_endpoints({instances->agency, access->decider(), *registers.registry, apps,
                         [](const forms::App& app, const instances::Submission& of, base::Language language) {
                           return "paper of " + app.facts().id.text() + " " + of.archive_reference + " in " +
                                  std::string(base::to_text(language));
                         }});
  login::Caller agency =
      caller_of(agency_number, {std::string(access::scope_instances_read), std::string(access::scope_instances_write)});
};
INSTANTIATE_TEST_SUITE_P(Engines, StorageApi, store::testing::engines(), store::testing::engine_name);

std::vector<std::string> words_of(const Json& list, std::string_view member) {
  std::vector<std::string> all;
  for (const auto& one : list.items()) all.emplace_back(one.text(member));
  return all;
}

TEST_P(StorageApi, tells_what_was_sent_in_altinns_words_and_nothing_of_a_draft) {
  const auto sent = send_one();
  registers.clock.advance(base::Duration::minutes(1));
  (void)fill(begin());
  (void)begin(sent.submission.at.id);
  const auto answer = list({});
  EXPECT_EQ(answer["count"].integer(), 1);
  EXPECT_TRUE(answer["next"].is_null());
  EXPECT_EQ(answer.text("self"), "https://portal.example/storage/api/v1/instances?org=dat");
  const auto& instance = answer["instances"][0];
  const auto id = std::to_string(firm.value) + "/" + sent.submission.at.id.text();
  EXPECT_EQ(instance.text("id"), id);
  EXPECT_EQ(instance.text("appId"), "dat/veiledning");
  EXPECT_EQ(instance["instanceOwner"].text("organisationNumber"),
            registers.organisation("Fjord og Fjell AS").organisation_number);
  EXPECT_EQ(instance["process"].text("endEvent"), "EndEvent_1");
  EXPECT_EQ(instance["process"].text("started"), base::to_rfc3339(sent.submission.received_at))
      << "not when it was begun";
  EXPECT_EQ(instance["selfLinks"].text("platform"), "https://portal.example/storage/api/v1/instances/" + id);
  EXPECT_EQ(instance["dataValues"].text("archiveReference"), sent.submission.archive_reference);
  EXPECT_THAT(words_of(instance["data"], "dataType"),
              ElementsAre("henvendelse", "ref-data-as-sent", "vedlegg", "ref-data-as-pdf"));
  EXPECT_EQ(json("getInstance", at(sent)), instance);
  EXPECT_EQ(json("getDataElements", at(sent))["dataElements"], instance["data"]);
}

TEST_P(StorageApi, hands_out_every_element_and_each_is_an_entry_that_the_sender_sees) {
  const auto sent = send_one();
  const auto elements = json("getInstance", at(sent))["data"];
  const auto before = readings();
  EXPECT_EQ(before, 1U) << "the metadata have names of files in them";
  std::map<std::string, std::string> contents;
  for (const auto& one : elements.items()) {
    contents[std::string(one.text("dataType"))] = content(at(sent), std::string(one.text("id")));
    EXPECT_EQ(readings(), before + contents.size()) << one.text("dataType");
  }
  EXPECT_EQ(contents["henvendelse"], sent.submission.document["data"].dump());
  EXPECT_EQ(contents["ref-data-as-sent"], sent.submission.bytes);
  EXPECT_EQ(contents["vedlegg"], instances::testing::small_pdf);
  EXPECT_EQ(contents["ref-data-as-pdf"], "paper of dat/veiledning " + sent.submission.archive_reference + " in nn");
  const auto& as_sent = elements[1];
  EXPECT_EQ(as_sent.text("contentHash"), base::to_hex(sent.submission.digest));
  EXPECT_EQ(as_sent["size"].integer(), static_cast<std::int64_t>(sent.submission.bytes.size()));
  EXPECT_EQ(elements[2]["size"].integer(), static_cast<std::int64_t>(instances::testing::small_pdf.size()));
}

TEST_P(StorageApi, has_no_element_of_another_instance) {
  const auto first = send_one(), second = send_one();
  const auto elements = json("getDataElements", at(second))["dataElements"];
  for (const auto& one : elements.items()) {
    auto places = at(first);
    places["dataGuid"] = one.text("id");
    const auto answer = ask(agency, "getData", std::move(places));
    ASSERT_FALSE(answer) << one.text("dataType");
    EXPECT_EQ(answer.error().kind, ErrorKind::not_found);
  }
}

TEST_P(StorageApi, shows_an_addition_as_an_instance_that_says_what_it_adds_to) {
  const auto notice = send_one();
  registers.clock.advance(base::Duration::minutes(1));
  const auto addition = add_to(notice);
  const auto all = list({})["instances"];
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0]["dataValues"].find("supplementTo"), nullptr);
  EXPECT_EQ(all[1]["dataValues"].text("supplementTo"), all[0].text("id"));
  EXPECT_THAT(words_of(all[1]["data"], "dataType"), ElementsAre("ref-data-as-sent", "ref-data-as-pdf"))
      << "it has no answers of its own, only changes";
  auto places = at(addition);
  places["dataGuid"] = element_id(addition.submission.at.id, MadeElement::answers).text();
  EXPECT_EQ(ask(agency, "getData", std::move(places)).error().kind, ErrorKind::not_found);
}

TEST_P(StorageApi, goes_on_where_the_page_before_ended_until_there_is_no_next) {
  std::vector<std::string> sent;
  for (int i = 0; i < 3; ++i) {
    sent.push_back(send_one().submission.at.id.text());
    registers.clock.advance(base::Duration::minutes(i));  // two of them at the same time
  }
  std::vector<std::string> seen;
  web::Fields query{{"size", "1"}, {"created", "gte:2020-01-01"}};
  for (int pages = 0; pages < 5; ++pages) {
    const auto page = list(query);
    for (const auto& one : page["instances"].items())
      seen.emplace_back(one.text("id").substr(one.text("id").find('/') + 1));
    if (page["next"].is_null()) break;
    EXPECT_THAT(std::string(page.text("next")), HasSubstr("size=1&created=gte%3A2020-01-01"));
    const auto next = std::string(page.text("next"));
    const auto token = base::replace_all(next.substr(next.find("continuationToken=") + 18), "%3A", ":");
    query = {{"size", "1"}, {"created", "gte:2020-01-01"}, {"continuationToken", token}};
  }
  std::ranges::sort(seen);
  std::ranges::sort(sent);
  EXPECT_EQ(seen, sent);
  const auto forged = ask(agency, "getInstances", {}, {{"org", "dat"}, {"continuationToken", "forged"}});
  ASSERT_FALSE(forged) << "a list from the beginning would never end";
  EXPECT_EQ(forged.error().code, "error.api.page");
}

TEST_P(StorageApi, confirms_once_and_lists_what_is_left) {
  const auto first = send_one(), second = send_one();
  EXPECT_EQ(count({{"excludeConfirmedBy", "dat"}}), 2U);
  registers.clock.advance(base::Duration::minutes(1));
  const auto confirmed = json("completeInstance", at(first));
  EXPECT_EQ(confirmed["completeConfirmations"][0].text("stakeholderId"), "dat");
  EXPECT_EQ(confirmed["completeConfirmations"][0].text("confirmedOn"), base::to_rfc3339(registers.clock.now()));
  registers.clock.advance(base::Duration::minutes(1));
  EXPECT_EQ(json("completeInstance", at(first)), confirmed);
  const auto left = list({{"excludeConfirmedBy", "dat"}})["instances"];
  ASSERT_EQ(left.size(), 1U);
  EXPECT_THAT(std::string(left[0].text("id")), HasSubstr(second.submission.at.id.text()));
  EXPECT_EQ(count({{"confirmed", "true"}}), 1U);
  EXPECT_EQ(count({{"confirmed", "true"}, {"excludeConfirmedBy", "dat"}}), 0U);
  EXPECT_EQ(count({{"excludeConfirmedBy", "nav"}}), 2U) << "another has confirmed nothing";
  EXPECT_THAT(words_of(json("getInstanceEvents", at(first))["instanceEvents"], "eventType"),
              ElementsAre("Submited", "process_EndEvent", "ConfirmedComplete"));
  EXPECT_THAT(words_of(json("getInstanceEvents", at(second))["instanceEvents"], "eventType"),
              ElementsAre("Submited", "process_EndEvent"));
}

TEST_P(StorageApi, narrows_a_list_by_what_altinn_narrows_by) {
  const auto sent = send_one();
  const auto at = base::to_rfc3339(sent.submission.received_at);
  const auto other = registers.organisation("Fjord og Fjell AS avd Tromsø");
  struct Case {
    web::Fields query;
    std::size_t found;
  };
  const std::vector<Case> cases{
      {{{"created", "gte:" + at}}, 1},
      {{{"created", "gt:" + at}}, 0},
      {{{"created", "lte:" + at}}, 1},
      {{{"created", "lt:" + at}}, 0},
      {{{"created", at}}, 1},
      {{{"created", "eq:" + at}}, 1},
      {{{"created", "gt:2020-01-01"}, {"created", "lt:2021-01-01"}}, 0},
      {{{"process.ended", "gte:" + at}}, 1},
      {{{"process.ended", "lt:" + at}}, 0},
      {{{"created", "gte:" + at}, {"process.ended", "lt:" + at}}, 0},
      {{{"lastChanged", "lt:2020-01-01"}}, 0},
      {{{"lastChanged", "gt:2020-01-01T00:00:00+01:00"}}, 1},
      {{{"process.isComplete", "true"}, {"status.isArchived", "true"}}, 1},
      {{{"process.isComplete", "false"}}, 0},
      {{{"status.isArchived", "false"}}, 0},
      {{{"status.isSoftDeleted", "true"}}, 0},
      {{{"status.isHardDeleted", "true"}}, 0},
      {{{"status.isSoftDeleted", "false"}, {"status.isHardDeleted", "false"}}, 1},
      {{{"process.endEvent", "EndEvent_1"}}, 1},
      {{{"process.endEvent", "EndEvent_2"}}, 0},
      {{{"instanceOwner.partyId", std::to_string(firm.value)}}, 1},
      {{{"instanceOwner.partyId", std::to_string(other.id.value)}}, 0},
      {{{"archiveReference", base::to_lower(sent.submission.archive_reference)}}, 1},
      {{{"archiveReference", "AR000000000000"}}, 0},
      {{{"appId", "dat/veiledning"}}, 1},
      {{{"appId", "dat/avviksmelding"}}, 0},
      {{{"appIds", "dat/avviksmelding,dat/veiledning"}}, 1},
  };
  for (const auto& one : cases) {
    std::string words;
    for (const auto& [name, value] : one.query) words += name + "=" + value + " ";
    EXPECT_EQ(count(one.query), one.found) << words;
  }
  const auto by_number = [&](const std::string& owner) { return count({}, {{"x-ai-instanceowneridentifier", owner}}); };
  EXPECT_EQ(by_number("Organisation:" + registers.organisation("Fjord og Fjell AS").organisation_number), 1U);
  EXPECT_EQ(by_number("organisation: " + other.organisation_number), 0U);
  EXPECT_EQ(by_number("Organisation:999999999"), 0U) << "no register knows it";
}

TEST_P(StorageApi, refuses_questions_that_it_cannot_understand) {
  struct Case {
    web::Fields query;
    std::string code;
    web::Fields headers = {};
  };
  const std::vector<Case> cases{
      {{}, "error.storage.whose"},
      {{{"appId", "veiledning"}}, "error.storage.whose"},
      {{{"org", "dat"}, {"appId", "nav/veiledning"}}, "error.storage.whose"},
      {{{"appIds", "dat/veiledning,nav/veiledning"}}, "error.storage.whose"},
      {{{"org", "dat"}, {"created", "after:2026-01-01"}}, "error.storage.moment"},
      {{{"org", "dat"}, {"lastChanged", "gt:yesterday"}}, "error.storage.moment"},
      {{{"org", "dat"}, {"process.ended", ""}}, "error.storage.moment"},
      {{{"org", "dat"}}, "error.storage.owner", {{"x-ai-instanceowneridentifier", "Person:03899146556"}}},
      {{{"org", "dat"}}, "error.storage.owner", {{"x-ai-instanceowneridentifier", "Organisation:123"}}},
      {{{"org", "dat"}}, "error.storage.owner", {{"x-ai-instanceowneridentifier", ""}}},
  };
  for (const auto& one : cases) {
    const auto answer = ask(agency, "getInstances", {}, one.query, one.headers);
    ASSERT_FALSE(answer) << one.code;
    EXPECT_EQ(answer.error().code, one.code);
    EXPECT_EQ(answer.error().kind, ErrorKind::invalid);
  }
}

TEST_P(StorageApi, answers_only_the_agency_it_was_sent_to_and_within_the_scopes_of_the_token) {
  const auto sent = send_one();
  const auto firms = registers.organisation("Fjord og Fjell AS").organisation_number;
  const auto stranger = caller_of(firms, agency.scopes);
  EXPECT_EQ(ask(stranger, "getInstances", {}, {{"org", "dat"}}).error().kind, ErrorKind::forbidden);
  for (const auto* operation : {"getInstance", "getDataElements", "getInstanceEvents", "completeInstance"})
    EXPECT_EQ(ask(stranger, operation, at(sent)).error().kind, ErrorKind::not_found) << operation;
  const auto reader = caller_of(agency_number, {std::string(access::scope_instances_read)});
  const auto read = ask(reader, "getInstance", at(sent));
  EXPECT_TRUE(read) << read.error().code << " " << read.error().detail;
  EXPECT_EQ(ask(reader, "completeInstance", at(sent)).error().kind, ErrorKind::forbidden);
  const auto draft = begin();
  const Places of_draft{{"instanceOwnerPartyId", std::to_string(firm.value)}, {"instanceGuid", draft.text()}};
  for (const auto* operation : {"getInstance", "getDataElements", "getInstanceEvents", "completeInstance"})
    EXPECT_EQ(ask(agency, operation, of_draft).error().kind, ErrorKind::not_found) << operation;
  for (const auto made : {MadeElement::answers, MadeElement::document, MadeElement::paper}) {
    auto places = of_draft;
    places["dataGuid"] = element_id(draft, made).text();
    EXPECT_EQ(ask(agency, "getData", std::move(places)).error().kind, ErrorKind::not_found);
  }
}

TEST_P(StorageApi, tells_everybody_of_the_forms_and_their_words) {
  const auto all = json("getApplications")["applications"];
  EXPECT_EQ(all.size(), apps.all().size());
  EXPECT_EQ(json("getApplicationsOfOrg", {{"org", "dat"}})["applications"], all);
  EXPECT_THAT(json("getApplicationsOfOrg", {{"org", "nav"}})["applications"].items(), IsEmpty());
  const auto one = json("getApplication", {{"org", "dat"}, {"app", "avviksmelding"}});
  EXPECT_EQ(one["title"].text("nn"), "Melding om brot på personopplysningstryggleiken");
  EXPECT_THAT(words_of(one["dataTypes"], "id"), ElementsAre("avvik", "vedlegg", "ref-data-as-sent", "ref-data-as-pdf"));
  EXPECT_EQ(one["dataTypes"][1]["maxSize"].integer(), 25);
  EXPECT_FALSE(one["partyTypesAllowed"]["person"].as_bool());
  EXPECT_TRUE(one["partyTypesAllowed"]["organisation"].as_bool());
  const auto texts = json("getApplicationTexts", {{"org", "dat"}, {"app", "avviksmelding"}, {"language", "en"}});
  EXPECT_EQ(texts.text("id"), "dat-avviksmelding-en");
  EXPECT_EQ(texts["resources"].size(), apps.find({"dat", "avviksmelding"})->texts(base::Language::en).size());
  EXPECT_EQ(ask(agency, "getApplication", {{"org", "dat"}, {"app", "finnes-ikke"}}).error().code,
            "error.app.not_found");
}

TEST(StorageElements, have_ids_that_follow_from_the_instance_and_are_nobody_elses) {
  base::SeededRandom random{3};
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) {
    const terms::InstanceId instance{base::Uuid::v7(random, {1'795'000'000'000'000 + i})};
    for (const auto made : {MadeElement::answers, MadeElement::document, MadeElement::paper}) {
      const auto id = element_id(instance, made);
      EXPECT_TRUE(seen.insert(id.text()).second);
      EXPECT_EQ(made_element(instance, id), made);
      EXPECT_EQ(id.text()[14], '8');
      EXPECT_THAT(std::string("89ab"), HasSubstr(std::string(1, id.text()[19])));
    }
    EXPECT_EQ(made_element(instance, {base::Uuid::v7(random, {1'795'000'000'000'000})}), std::nullopt);
  }
  const auto known = terms::InstanceId::parse("019aa000-0000-7000-8000-000000000001").value();
  EXPECT_EQ(element_id(known, MadeElement::document), element_id(known, MadeElement::document));
}

TEST(StorageSchemas, say_nothing_that_is_not_checked) {
  const auto all = storage_schemas();
  for (const auto& [name, schema] : all) {
    EXPECT_EQ(unknown_in_schema(schema, all), "") << name;
  }
}

}  // namespace
}  // namespace alting::api
