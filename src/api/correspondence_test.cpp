// Altinn's correspondence interface over real rooms: what it sends and tells, what it refuses, and that each answer is as
// its schema says. The token, the places and the content are checked before a handler is called (endpoint.h).
#include "api/correspondence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/attachments.h"
#include "api/correspondence_json.h"
#include "api/correspondence_request.h"
#include "api/migrations.h"
#include "api/problems.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "inbox/testing/messages_fixture.h"
#include "notify/migrations.h"

namespace alting::api {
namespace {

using base::Json;
using inbox::testing::expect;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Places = std::map<std::string, std::string, std::less<>>;

struct Content {  // what a call brings
  Json body = nullptr;
  std::vector<web::Upload> uploads = {};
  std::string post = {};
};

class CorrespondenceApi : public inbox::testing::MessagesFixture {
 protected:
  CorrespondenceApi() {
    store::migrate(registers.temp.database(), registers.clock, {notify::migrations(), migrations()});
    caller = caller_of("974761467");
    for (const auto& [name, schema] : schemas) EXPECT_EQ(unknown_in_schema(schema, schemas), "") << name;
  }
  login::Caller caller_of(std::string_view number) {
    login::Caller made;
    const auto organisation = registers.find_organisation(number).value();
    made.scopes = {std::string(access::scope_messages_read), std::string(access::scope_messages_write)};
    made.consumer = number;
    made.actor.kind = terms::ActorKind::system;
    made.actor.party = organisation.id;
    made.actor.party_uuid = organisation.uuid;
    made.actor.level = terms::AssuranceLevel::substantial;
    made.actor.credential = "client:test|sak";
    made.actor.scopes = made.scopes;
    return made;
  }

  base::Result<web::Response> ask(std::string_view operation, Places places = {}, web::Fields query = {},
                                  Content content = {}) {
    const auto endpoint = std::ranges::find(endpoints, operation, &Endpoint::operation_id);
    if (endpoint == endpoints.end()) throw std::logic_error("no such endpoint: " + std::string(operation));
    web::Request request;
    request.method = endpoint->method;
    request.path = endpoint->path;
    for (const auto& [name, value] : places) request.path = base::replace_all(request.path, "{" + name + "}", value);
    request.path_values = std::move(places);
    request.query = std::move(query);
    request.received = registers.clock.now();
    request.uploads = std::move(content.uploads);
    if (endpoint->body && !endpoint->body->schema.is_null())
      for (const auto& fault : check_schema(content.body, endpoint->body->schema, schemas))
        ADD_FAILURE() << operation << ": asked with what breaks " << fault.keyword << " at " << fault.pointer;
    auto answer = endpoint->handle(
        {request, &caller, content.body, content.post.empty() ? post() : content.post, language, origin});
    const auto& said = endpoint->answers.front().schema;
    if (answer && answer->status == 200 && !said.is_null())
      for (const auto& fault : check_schema(expect(Json::parse(answer->body)), said, schemas))
        ADD_FAILURE() << operation << ": " << fault.pointer << " breaks " << fault.keyword << ": " << answer->body;
    return answer;
  }
  Json json(std::string_view operation, Places places = {}, web::Fields query = {}) {
    return expect(Json::parse(expect(ask(operation, std::move(places), std::move(query))).body));
  }
  std::string refusal(std::string_view operation, Places places = {}, web::Fields query = {}, Content content = {}) {
    const auto answer = ask(operation, std::move(places), std::move(query), std::move(content));
    if (!answer) return answer.error().code;
    if (answer->status >= 400) return std::string(expect(Json::parse(answer->body)).text("code"));
    return "answered " + std::to_string(answer->status);
  }

  Json asked(std::vector<std::string> to, std::string_view title = "Om internkontroll") {
    auto recipients = Json::array();
    for (auto& one : to) recipients.push_back(std::move(one));
    return Json::object(
        {{"correspondence",
          Json::object({{"resourceId", "app_dat_brev"},
                        {"sendersReference", "26/00042"},
                        {"content", Json::object({{"language", "nb"},
                                                  {"messageTitle", title},
                                                  {"messageSummary", "Kort"},
                                                  {"messageBody", "Vi ber om **svar**."}})},
                        {"reply", "message"},
                        {"isConfirmationNeeded", true},
                        {"notification", Json::object({{"notificationTemplate", "GenericAltinnMessage"}})}})},
         {"recipients", std::move(recipients)}});
  }
  std::string urn(const std::string& organisation) {
    return "urn:altinn:organization:identifier-no:" + registers.organisation(organisation).organisation_number;
  }
  std::vector<std::string> ids(const Json& sent) {
    std::vector<std::string> all;
    for (const auto& one : sent["correspondences"].items()) all.emplace_back(one.text("correspondenceId"));
    return all;
  }
  Json send_it(const Json& body, std::string once = {}) {
    auto answer = expect(
        Json::parse(expect(ask("initializeCorrespondences", {}, {}, {.body = body, .post = std::move(once)})).body));
    settle();
    return answer;
  }
  web::Upload upload(const std::string& name, const std::string& content) {
    const auto path = files.path() / ("api-" + base::Uuid::v4(registers.random).text());
    std::ofstream(path, std::ios::binary) << content;
    return {"Attachments",          name, "application/pdf", path, static_cast<std::int64_t>(content.size()),
            crypto::sha256(content)};
  }
  std::string octets(web::Response answer) {
    if (!answer.source) return answer.body;
    std::string all;
    answer.source([&](std::string_view piece) { all += piece; });
    return all;
  }
  std::vector<std::string> statuses(const std::string& id) {
    std::vector<std::string> all;
    const auto details = json("getCorrespondenceDetails", {{"correspondenceId", id}});
    for (const auto& step : details["statusHistory"].items()) all.emplace_back(step.text("status"));
    return all;
  }

  const std::string origin = "https://portal.example";
  base::Language language = base::Language::en;
  base::Texts texts = expect(base::Texts::load(std::filesystem::path(ALTING_SOURCE_DIR) / "texts"));
  notify::Orders orders{registers.temp.database(), registers.clock};
  login::Caller caller;
  const Components schemas = correspondence_schemas();
  std::vector<Endpoint> endpoints =
      correspondence_endpoints({uses->sending, uses->sent, uses->files, orders, access->decider(),
                                registers.temp.database(), vault.vault(), registers.random, texts});
};
INSTANTIATE_TEST_SUITE_P(Engines, CorrespondenceApi, store::testing::engines(), store::testing::engine_name);

TEST_P(CorrespondenceApi, a_message_is_sent_to_many_and_its_sender_sees_how_it_fares_with_each) {
  const auto sent =
      send_it(asked({urn("Fjord og Fjell AS"),
                     "urn:altinn:person:identifier-no:" + std::string(registers.person("employee").national_id)}));
  const auto all = ids(sent);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(published.size(), 2U);
  const auto one = json("getCorrespondence", {{"correspondenceId", all[0]}});
  EXPECT_EQ(one.text("status"), "Published");
  EXPECT_EQ(one.text("recipient"), urn("Fjord og Fjell AS"));
  EXPECT_EQ(one.text("sendersReference"), "26/00042");
  EXPECT_EQ(one["content"].text("messageBody"), "Vi ber om **svar**.");
  EXPECT_EQ(one["isConfirmationNeeded"], Json(true));
  const auto person = json("getCorrespondence", {{"correspondenceId", all[1]}});
  EXPECT_THAT(std::string(person.text("recipient")), HasSubstr("urn:altinn:party:uuid:")) << "no number of a person";

  const auto id = inbox::MessageId::parse(all[0]).value();
  (void)open(manager, firm, id);
  ASSERT_TRUE(uses->messages.confirm(may(manager, firm, id), id, registers.clock.now(), post()));
  (void)expect(uses->messages.answer(may(manager, firm, id, inbox::testing::Action::complete), id, "Her er svaret.", {},
                                     registers.clock.now(), post()));
  EXPECT_THAT(statuses(all[0]), ElementsAre("Initialized", "Published", "Read", "Confirmed", "Replied"));
  const auto details = json("getCorrespondenceDetails", {{"correspondenceId", all[0]}});
  EXPECT_THAT(std::string(details["statusHistory"][2].text("capacity")), HasSubstr("role"));
  EXPECT_EQ(details.dump().find("Måltrost"), std::string::npos) << "in what capacity, and no name";
  EXPECT_THAT(statuses(all[1]), ElementsAre("Initialized", "Published"));
  const auto replies = json("getCorrespondenceReplies", {{"correspondenceId", all[0]}});
  ASSERT_EQ(replies["replies"].size(), 1U);
  EXPECT_EQ(replies["replies"][0].text("messageBody"), "Her er svaret.");
  EXPECT_EQ(expect(ask("getCorrespondenceContent", {{"correspondenceId", all[0]}})).body, "Vi ber om **svar**.");
}

TEST_P(CorrespondenceApi, one_wrong_recipient_refuses_all_and_each_that_is_wrong_is_named) {
  const auto answer = expect(
      ask("initializeCorrespondences", {}, {},
          {.body = asked({urn("Fjord og Fjell AS"), "0192:999999999", "kari@example.no", urn("Fjord og Fjell AS")})}));
  EXPECT_EQ(answer.status, 400);
  const auto told = expect(Json::parse(answer.body));
  EXPECT_EQ(told.text("code"), "correspondence.error.recipients");
  ASSERT_EQ(told["errors"].size(), 3U);
  EXPECT_EQ(told["errors"][0].text("pointer"), "#/recipients/1");
  EXPECT_EQ(told["errors"][0].text("keyword"), "messages.error.recipient_unknown");
  EXPECT_EQ(told["errors"][1].text("keyword"), "messages.error.recipient");
  EXPECT_EQ(told["errors"][2].text("keyword"), "messages.error.recipient_twice");
  EXPECT_EQ(rows_of("message"), 0);
}

TEST_P(CorrespondenceApi, what_is_wrong_with_the_message_and_with_its_recipients_is_told_in_one_answer) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  const auto told = [&](const web::Response& answer) {
    EXPECT_EQ(answer.status, 400);
    Pairs all;
    const auto problem = expect(Json::parse(answer.body));
    EXPECT_THAT(check_schema(problem, problem_schema(), schemas), ::testing::IsEmpty());
    for (const auto& fault : problem["errors"].items()) all.emplace_back(fault.text("pointer"), fault.text("keyword"));
    return std::pair(std::string(problem.text("code")), all);
  };
  auto body = asked({urn("Fjord og Fjell AS"), "0192:999999999"}, " ");
  auto& correspondence = *body.find("correspondence");
  correspondence.set("sender", "0192:991825827");
  correspondence.set("reply", "https://a.example");
  correspondence.set("dueDateTime", "2020-01-01T00:00:00Z");
  correspondence.set("ignoreReservation", true);
  correspondence.find("content")->set("messageBody", "");
  correspondence.find("content")->set("attachments", Json::array({Json::object({{"fileName", "brev.pdf"}})}));
  const Pairs all{{"#/correspondence/sender", "correspondence.error.sender"},
                  {"#/correspondence/reply", "correspondence.error.reply"},
                  {"#/correspondence/content/attachments/0", "correspondence.error.attachments"},
                  {"#/correspondence/content/messageTitle", "messages.error.no_title"},
                  {"#/correspondence/content/messageBody", "messages.error.no_body"},
                  {"#/correspondence/dueDateTime", "messages.error.due"},
                  {"#/correspondence/overrideReason", "messages.error.no_reason"},
                  {"#/recipients/1", "messages.error.recipient_unknown"}};
  EXPECT_EQ(told(expect(ask("initializeCorrespondences", {}, {}, {.body = body}))),
            std::pair(std::string("correspondence.error.faults"), all));
  Content with_another{.body = body};
  with_another.uploads.push_back(upload("vedtak.pdf", instances::testing::small_pdf));
  EXPECT_EQ(told(expect(ask("uploadCorrespondences", {}, {}, std::move(with_another)))).second, all);
  EXPECT_EQ(told(expect(ask("initializeCorrespondences", {}, {}, {.body = asked({urn("Fjord og Fjell AS")}, " ")}))),
            std::pair(std::string("messages.error.no_title"), Pairs{all[3]}));
  EXPECT_EQ(
      told(expect(ask("initializeCorrespondences", {}, {}, {.body = asked({})}))),
      std::pair(std::string("messages.error.no_recipients"), Pairs{{"#/recipients", "messages.error.no_recipients"}}));
  EXPECT_EQ(rows_of("message_batch"), 0);
  EXPECT_EQ(rows_of("staged_file"), 0);
}

TEST_P(CorrespondenceApi, the_same_key_sends_once_and_another_content_under_it_is_refused) {
  auto body = asked({urn("Fjord og Fjell AS")});
  body.set("idempotentKey", "0198b1a0-0000-7000-8000-000000000001");
  const auto first = ids(send_it(body));
  EXPECT_EQ(ids(send_it(body)), first);
  EXPECT_EQ(rows_of("message"), 1);
  body.find("correspondence")->set("sendersReference", "26/00043");
  EXPECT_EQ(refusal("initializeCorrespondences", {}, {}, {.body = body}), "error.once.other_act");
  const auto once = post();
  EXPECT_EQ(ids(send_it(asked({urn("Lys Løkke AS")}), once)), ids(send_it(asked({urn("Lys Løkke AS")}), once)));
  EXPECT_EQ(rows_of("message"), 2);
}

TEST_P(CorrespondenceApi, what_is_not_served_or_not_ones_own_is_refused_with_the_reason) {
  const auto broken = [&](std::string_view name, Json value) {
    auto body = asked({urn("Fjord og Fjell AS")});
    body.find("correspondence")->set(name, std::move(value));
    const auto faults = check_schema(body, schema::reference("InitializeCorrespondences"), schemas);
    return faults.empty() ? std::string() : faults.front().pointer;
  };
  EXPECT_EQ(broken("allowForwarding", false), "");
  for (const auto& [name, value] : std::vector<std::pair<std::string, Json>>{
           {"allowForwarding", true},
           {"propertyList", Json::object({{"a", "b"}})},
           {"replyOptions", Json::array({Json::object({{"linkURL", "https://a.example"}})})},
           {"notification", Json::object({{"notificationTemplate", "CustomMessage"}, {"emailBody", "x"}})}})
    EXPECT_EQ(broken(name, value), "#/correspondence/" + name);
  const auto with = [&](std::string_view name, Json value) {
    auto body = asked({urn("Fjord og Fjell AS")});
    body.find("correspondence")->set(name, std::move(value));
    return refusal("initializeCorrespondences", {}, {}, {.body = std::move(body)});
  };
  EXPECT_EQ(with("sender", "0192:991825827"), "correspondence.error.sender");
  EXPECT_EQ(with("resourceId", "brev"), "correspondence.error.resource");
  EXPECT_EQ(with("resourceId", "app_nav_brev"), "correspondence.error.not_found");
  EXPECT_EQ(with("reply", "https://a.example"), "correspondence.error.reply");
  EXPECT_EQ(with("reply", "app_dat_brev"), "messages.error.reply_form");
  EXPECT_EQ(with("ignoreReservation", true), "messages.error.no_reason");
  auto with_file = asked({urn("Fjord og Fjell AS")});
  with_file.find("correspondence")
      ->find("content")
      ->set("attachments", Json::array({Json::object({{"fileName", "brev.pdf"}})}));
  EXPECT_EQ(refusal("initializeCorrespondences", {}, {}, {.body = with_file}), "correspondence.error.attachments");
  EXPECT_EQ(refusal("uploadCorrespondences", {}, {}, {.body = with_file}), "correspondence.error.attachments");
  EXPECT_EQ(rows_of("message_batch"), 0);
}

TEST_P(CorrespondenceApi, an_attachment_is_announced_uploaded_and_sent_and_cannot_be_sent_twice) {
  const auto announced =
      Json::object({{"resourceId", "app_dat_brev"}, {"fileName", "vedtak.pdf"}, {"sendersReference", "v1"}});
  const auto once = post();
  const auto first = expect(ask("initializeAttachment", {}, {}, {.body = announced, .post = once}));
  EXPECT_EQ(expect(ask("initializeAttachment", {}, {}, {.body = announced, .post = once})).body, first.body);
  const auto id = expect(Json::parse(first.body)).as_string();
  const Places at{{"attachmentId", id}};
  EXPECT_EQ(json("getAttachment", at).text("status"), "Initialized");
  EXPECT_EQ(refusal("downloadAttachment", at), "correspondence.error.no_attachment");
  EXPECT_EQ(refusal("uploadAttachment", at), "upload.empty");
  const auto with = [&](const std::string& content) {
    Content made;
    made.uploads.push_back(upload("", content));
    return made;
  };
  (void)expect(ask("uploadAttachment", at, {}, with(instances::testing::small_pdf)));
  (void)expect(ask("uploadAttachment", at, {}, with(instances::testing::small_pdf)));
  EXPECT_EQ(refusal("uploadAttachment", at, {}, with(instances::testing::small_pdf + " ")),
            "correspondence.error.uploaded");
  EXPECT_EQ(json("getAttachmentDetails", at).text("status"), "Published");
  EXPECT_EQ(octets(expect(ask("downloadAttachment", at))), instances::testing::small_pdf);

  auto body = asked({urn("Fjord og Fjell AS")});
  body.set("existingAttachments", Json::array({Json(id)}));
  const auto sent = ids(send_it(body));
  const auto file = json("getCorrespondence", {{"correspondenceId", sent[0]}})["content"]["attachments"][0];
  EXPECT_EQ(file.text("attachmentId"), id);
  EXPECT_EQ(
      octets(expect(ask("downloadCorrespondenceAttachment", {{"correspondenceId", sent[0]}, {"attachmentId", id}}))),
      instances::testing::small_pdf);
  EXPECT_EQ(refusal("initializeCorrespondences", {}, {}, {.body = body}), "messages.error.file_gone");
  EXPECT_EQ(refusal("deleteAttachment", at), "correspondence.error.no_attachment");
}

TEST_P(CorrespondenceApi, an_attachment_that_was_not_sent_is_taken_back) {
  const auto announced = Json::object({{"resourceId", "app_dat_brev"}, {"fileName", "vedtak.pdf"}});
  const auto id =
      expect(Json::parse(expect(ask("initializeAttachment", {}, {}, {.body = announced})).body)).as_string();
  Content content;
  content.uploads.push_back(upload("", instances::testing::small_pdf));
  (void)expect(ask("uploadAttachment", {{"attachmentId", id}}, {}, std::move(content)));
  (void)expect(ask("deleteAttachment", {{"attachmentId", id}}));
  EXPECT_EQ(refusal("getAttachment", {{"attachmentId", id}}), "correspondence.error.no_attachment");
  EXPECT_EQ(rows_of("staged_file"), 0);
}

TEST_P(CorrespondenceApi, files_that_come_along_are_sent_once_though_the_call_comes_twice) {
  const auto once = post();
  auto wanted = asked({urn("Fjord og Fjell AS")});
  auto correspondence = wanted["correspondence"];
  correspondence.set("dueDateTime", base::to_rfc3339(registers.clock.now() + base::Duration::hours(1)));
  wanted.set("correspondence", std::move(correspondence));
  const auto call = [&] {
    Content content{.body = wanted, .post = once};
    content.uploads.push_back(upload("vedtak.pdf", instances::testing::small_pdf));
    return expect(ask("uploadCorrespondences", {}, {}, std::move(content)));
  };
  const auto first = call();
  settle();
  EXPECT_EQ(call().body, first.body);
  registers.clock.advance(base::Duration::hours(2));
  EXPECT_EQ(call().body, first.body) << "though its day is gone by";
  EXPECT_EQ(rows_of("message"), 1);
  const auto sent = expect(Json::parse(first.body));
  EXPECT_EQ(
      json("getCorrespondence", {{"correspondenceId", ids(sent)[0]}})["content"]["attachments"][0].text("attachmentId"),
      sent["attachmentIds"][0].text_or(""));
}

TEST_P(CorrespondenceApi, lists_ids_page_by_page_each_once_though_more_is_sent_meanwhile) {
  std::vector<std::string> all;
  for (const auto& title : {"En", "To", "Tre"}) {
    auto some = ids(send_it(asked({urn("Fjord og Fjell AS"), urn("Lys Løkke AS")}, title)));
    all.insert(all.begin(), some.begin(), some.end());
    registers.clock.advance(base::Duration::seconds(1));
  }
  std::vector<std::string> listed;
  web::Fields query{{"resourceId", "app_dat_brev"}, {"size", "1"}};
  for (int pages = 0; pages < 20; ++pages) {
    const auto page = json("getCorrespondences", {}, query);
    for (const auto& id : page["ids"].items()) listed.push_back(id.as_string());
    if (pages == 0) (void)send_it(asked({urn("Fjord og Fjell AS")}, "Meanwhile"));
    if (page["next"].is_null()) break;
    const std::string next(page.text("next"));
    const auto token = next.substr(next.find("continuationToken=") + 18);
    query = {
        {"resourceId", "app_dat_brev"}, {"size", "1"}, {"continuationToken", base::replace_all(token, "%3A", ":")}};
  }
  EXPECT_EQ(listed, all);
  const auto opened = inbox::MessageId::parse(all[0]).value();
  (void)open(manager, firm, opened);
  EXPECT_THAT(json("getCorrespondences", {}, {{"resourceId", "app_dat_brev"}, {"status", "Read"}})["ids"].items(),
              ElementsAre(Json(all[0])));
  EXPECT_EQ(json("getCorrespondences", {}, {{"resourceId", "app_dat_brev"}, {"sendersReference", "x"}})["ids"].size(),
            0U);
  EXPECT_EQ(refusal("getCorrespondences", {}, {{"resourceId", "app_dat_brev"}, {"continuationToken", "forged"}}),
            "error.api.page");
}

TEST_P(CorrespondenceApi, nothing_is_told_or_taken_of_another_organisation_or_without_the_right) {
  const auto id = ids(send_it(asked({urn("Fjord og Fjell AS")})))[0];
  const auto attachment =
      expect(Json::parse(expect(ask("initializeAttachment", {}, {},
                                    {.body = Json::object({{"resourceId", "app_dat_brev"}, {"fileName", "a.pdf"}})}))
                             .body))
          .as_string();
  caller = caller_of(registers.organisation("Fjord og Fjell AS").organisation_number);
  for (const auto* operation :
       {"getCorrespondence", "getCorrespondenceDetails", "getCorrespondenceContent", "getCorrespondenceReplies"})
    EXPECT_EQ(refusal(operation, {{"correspondenceId", id}}), "correspondence.error.not_found") << operation;
  EXPECT_EQ(refusal("getAttachment", {{"attachmentId", attachment}}), "correspondence.error.no_attachment");
  EXPECT_EQ(refusal("getCorrespondences", {}, {{"resourceId", "app_dat_brev"}}), "correspondence.error.not_found");
  EXPECT_EQ(refusal("initializeCorrespondences", {}, {}, {.body = asked({urn("Lys Løkke AS")})}),
            "correspondence.error.not_found");
  caller = caller_of("974761467");
  caller.actor.scopes = {std::string(access::scope_messages_read)};
  EXPECT_EQ(json("getCorrespondence", {{"correspondenceId", id}}).text("status"), "Published");
  EXPECT_EQ(refusal("initializeCorrespondences", {}, {}, {.body = asked({urn("Lys Løkke AS")})}), "error.token.scope");
  EXPECT_EQ(rows_of("message"), 1);
}

TEST(CorrespondenceFields, stand_for_the_same_as_the_json) {
  web::Request request;
  request.form = {{"Correspondence.ResourceId", "app_dat_brev"},
                  {"Correspondence.Content.MessageTitle", "Tittel"},
                  {"Correspondence.Content.Attachments[0].FileName", "a.pdf"},
                  {"correspondence.isConfirmationNeeded", "True"},
                  {"Correspondence.DueDateTime", ""},
                  {"Recipients[0]", "0192:974761467"},
                  {"Recipients", "0192:991825827"}};
  const auto made = correspondence_from_fields(request);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->dump(), R"({"correspondence":{"resourceId":"app_dat_brev","content":{"messageTitle":"Tittel",)"
                          R"("attachments":[{"fileName":"a.pdf"}]},"isConfirmationNeeded":true},)"
                          R"("recipients":["0192:974761467","0192:991825827"]})");
  for (const auto* wrong : {"", "a.b.c.d.e.f", "Recipients[3]", "Recipients[-1]", "Recipients[0][1]",
                            "Recipients[999999]", "Correspondence", "Correspondence.ResourceId.X",
                            "Correspondence.ResourceId", "Correspondence.IsConfidential"}) {
    auto more = request.form;
    more.emplace_back(wrong, "x");
    web::Request broken;
    broken.form = std::move(more);
    const auto refused = correspondence_from_fields(broken);
    EXPECT_FALSE(refused) << wrong;
  }
}

TEST(CorrespondenceNames, are_read_as_altinn_writes_them) {
  EXPECT_EQ(service_of_resource("urn:altinn:resource:app_dat_brev"), terms::AppId::make("dat", "brev"));
  for (const auto* wrong : {"", "app_", "app_dat", "app__brev", "app_dat_", "dat/brev", "app_dat_../x"})
    EXPECT_FALSE(service_of_resource(wrong)) << wrong;
  EXPECT_EQ(recipient_from("urn:altinn:organization:identifier-no:974761467").organisation_number, "974761467");
  EXPECT_EQ(recipient_from("0192:974761467").organisation_number, "974761467");
  EXPECT_TRUE(recipient_from("urn:altinn:person:identifier-no:01010112345").person);
  EXPECT_TRUE(recipient_from("urn:altinn:party:uuid:0198b1a0-0000-7000-8000-000000000001").party);
  for (const auto* wrong : {"", "974761467 ", "urn:altinn:person:identifier-no:974761467", "0192:01010112345",
                            "urn:altinn:person:idporten-email:kari@example.no"}) {
    const auto nobody = recipient_from(wrong);
    EXPECT_TRUE(nobody.organisation_number.empty() && !nobody.person && !nobody.party) << wrong;
  }
}

}  // namespace
}  // namespace alting::api
