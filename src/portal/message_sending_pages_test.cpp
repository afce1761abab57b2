#include "portal/message_sending_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "access/restrictions.h"
#include "notify/migrations.h"
#include "portal/mail_copy_pages.h"
#include "portal/testing/filled_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class MessageSendingPagesTest : public testing::FilledPortal {
 protected:
  MessageSendingPagesTest() {
    store::migrate(registers.temp.database(), registers.clock, {notify::migrations()});
    pages = std::make_unique<testing::PortalOver>(registers, *access);
    pages->open({message_sending_pages({.apps = apps,
                                        .sending = messages.sending,
                                        .sent = messages.sent,
                                        .orders = orders,
                                        .reaching = reaching,
                                        .restrictions = &access->restrictions()}),
                 agency_pages({.apps = apps, .agency = instances->agency}), mail_copy_pages({.copies = copies})});
    pages->log_in(caseworker);
  }

  web::Fields written(const std::string& act) {
    return {{"tjeneste", "dat/brev"},
            {"mottakere", firm_number},
            {"tittel", "Vedtak i saken deres"},
            {"tekst", "Vi har *vurdert* meldingen.\n\nMvh."},
            {"sprak", "nb"},
            {"svar", "message"},
            {"bekreft", "ja"},
            {"varsle", "ja"},
            {"sak", "26/00123"},
            {"gjor", act},
            {"once", post()}};
  }
  // The address of the batch that was sent.
  std::string sent() {
    const auto done = pages->post("/etat/dat/meldinger/ny", written("send"));
    EXPECT_EQ(done.status, 303) << done.body;
    const auto to = location(done);
    const auto id = inbox::BatchId::parse(to.substr(std::string("/etat/dat/meldinger/").size(), 36));
    EXPECT_TRUE(id && messages.sending.publish(*id));
    said_now = pages->get(to).body;
    return to.substr(0, to.find('?'));
  }
  // The first recipient's page.
  std::string recipient_of(const std::string& batch) {
    std::smatch found;
    const auto page = pages->get(batch).body;
    EXPECT_TRUE(std::regex_search(page, found, std::regex(batch + "/mottaker/[0-9a-f-]{36}")));
    return found.empty() ? std::string() : found.str();
  }

  // What is sent to a person, of the test population, by number.
  web::Fields written_to(std::string_view story, bool confidential = false) {
    auto fields = written("vis");
    fields[1].second = registers.person(story).national_id;
    if (confidential) fields.emplace_back("fortrolig", "ja");
    return fields;
  }
  std::string preview(const web::Fields& fields) { return pages->post("/etat/dat/meldinger/ny", fields).body; }
  std::size_t look_ups_of(const terms::Actor& person) { return contacts.points().look_ups(person).rows.size(); }
  std::string nb(std::string_view id) { return pages->t(Language::nb, id); }

  notify::Addressing addressing{
      {.contacts = contacts.points(), .parties = *registers.registry, .decider = access->decider(), .unwanted = {}}};
  notify::Reaching reaching{addressing};
  notify::Orders orders{registers.temp.database(), registers.clock};
  notify::MailCopies copies{registers.temp.database()};
  std::string firm_number = registers.organisation("Fjord og Fjell AS").organisation_number, said_now;
};
INSTANTIATE_TEST_SUITE_P(Sqlite, MessageSendingPagesTest, ::testing::Values(store::Engine::sqlite));

TEST_P(MessageSendingPagesTest, only_the_agencys_staff_write_and_see_what_was_sent) {
  const auto batch = sent();
  const auto one = recipient_of(batch);
  for (const auto& address : {std::string("/etat/dat/meldinger"), std::string("/etat/dat/meldinger/ny"), batch, one})
    EXPECT_EQ(pages->get(address).status, 200) << address;
  pages->log_in(manager);
  for (const auto& address : {std::string("/etat/dat/meldinger"), std::string("/etat/dat/meldinger/ny"), batch, one}) {
    const auto refused = pages->get(address);
    EXPECT_EQ(refused.status, 403) << address;
    EXPECT_THAT(refused.body, Not(HasSubstr("Vedtak i saken deres")));
  }
  EXPECT_EQ(pages->post("/etat/dat/meldinger/ny", written("send")).status, 403);
}

TEST_P(MessageSendingPagesTest, nothing_is_sent_before_it_was_looked_over_and_then_once) {
  for (const auto language : base::all_languages) EXPECT_EQ(pages->get("/etat/dat/meldinger/ny", language).status, 200);
  const auto shown = pages->post("/etat/dat/meldinger/ny", written("vis"));
  EXPECT_EQ(shown.status, 200);
  EXPECT_THAT(shown.body, AllOf(HasSubstr("Fjord og Fjell AS"), HasSubstr("<em>vurdert</em>"),
                                HasSubstr(pages->t(Language::nb, "sending.preview.text")), HasSubstr("26/00123")));
  EXPECT_THAT(pages->get("/etat/dat/meldinger").body, HasSubstr(pages->t(Language::nb, "sending.none.text")));
  const auto form = written("send");
  const auto first = pages->post("/etat/dat/meldinger/ny", form), again = pages->post("/etat/dat/meldinger/ny", form);
  EXPECT_EQ(location(first), location(again));
  EXPECT_THAT(pages->post("/etat/dat/meldinger/ny", written("endre")).body,
              AllOf(HasSubstr("value=\"Vedtak i saken deres\""), HasSubstr(firm_number)));
}

TEST_P(MessageSendingPagesTest, what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost) {
  auto form = written("send");
  form[1].second = firm_number + "\n12345";
  form[2].second = " ";
  form.emplace_back("frist", "i morgen");
  form.emplace_back("overstyr", "ja");
  const auto refused = pages->post("/etat/dat/meldinger/ny", form);
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body,
              AllOf(HasSubstr("href=\"#mottakere\""), HasSubstr("href=\"#tittel\""), HasSubstr("href=\"#frist\""),
                    HasSubstr("href=\"#begrunnelse\""), HasSubstr("Vi har *vurdert* meldingen."), HasSubstr("12345")));
  auto unknown = written("vis");
  unknown[1].second = "314159265";
  EXPECT_EQ(pages->post("/etat/dat/meldinger/ny", unknown).status, 422);
  auto no_service = written("vis");
  no_service[0].second = "nabo/brev";
  EXPECT_THAT(pages->post("/etat/dat/meldinger/ny", no_service).body, HasSubstr("href=\"#tjeneste\""));
  EXPECT_THAT(pages->get("/etat/dat/meldinger").body, HasSubstr(pages->t(Language::nb, "sending.none.text")));
}

TEST_P(MessageSendingPagesTest, who_comes_back_to_the_preview_and_sends_again_has_sent_once) {
  const auto start = pages->get("/etat/dat/meldinger/ny").body;
  auto form = written("vis");
  form.back().second = hidden(start, "once");
  const auto first = pages->post("/etat/dat/meldinger/ny", form).body;
  const auto again = pages->post("/etat/dat/meldinger/ny", form).body;
  EXPECT_EQ(hidden(first, "once"), form.back().second);
  EXPECT_EQ(hidden(again, "once"), form.back().second);
  form[form.size() - 2].second = "send";
  const auto sent_first = pages->post("/etat/dat/meldinger/ny", form),
             sent_again = pages->post("/etat/dat/meldinger/ny", form);
  ASSERT_EQ(sent_first.status, 303) << sent_first.body;
  EXPECT_EQ(location(sent_again), location(sent_first));
  form[2].second = "Noe annet";
  const auto other = pages->post("/etat/dat/meldinger/ny", form);
  EXPECT_EQ(other.status, 409);
  EXPECT_THAT(other.body, AllOf(HasSubstr(nb("sending.error.sent_before")), HasSubstr("value=\"Noe annet\"")));
  EXPECT_NE(hidden(other.body, "once"), form.back().second);
}

TEST_P(MessageSendingPagesTest, all_that_is_wrong_is_said_at_once_and_the_files_stay) {
  auto form = written("vis");
  form[0].second.clear();
  form[2].second = std::string(400, 'x');
  form[5].second = "form";
  form.emplace_back("frist", "01.01.2001");
  std::vector<web::Upload> uploads;
  uploads.push_back(upload("vedtak.pdf", std::string(instances::testing::small_pdf)));
  uploads.back().field = "vedlegg";
  const auto refused = pages->post("/etat/dat/meldinger/ny", form, std::move(uploads));
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body,
              AllOf(HasSubstr("href=\"#tjeneste\""), HasSubstr("href=\"#tittel\""), HasSubstr("href=\"#frist\""),
                    HasSubstr("href=\"#svarskjema\""), HasSubstr("vedtak.pdf"), Not(HasSubstr("href=\"#vedlegg\""))));
}

TEST_P(MessageSendingPagesTest, a_file_that_is_too_large_or_no_list_is_told_at_its_field) {
  std::vector<web::Upload> uploads;
  uploads.emplace_back("vedlegg", "film.pdf", "application/pdf", std::filesystem::path(), 0, base::Bytes());
  uploads.back().too_large = true;
  uploads.push_back(upload("liste.xlsx", "PK\x03\x04"));
  uploads.back().field = "mottakerfil";
  const auto refused = pages->post("/etat/dat/meldinger/ny", written("vis"), std::move(uploads));
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body,
              AllOf(HasSubstr("film.pdf"), HasSubstr("href=\"#vedlegg\""), HasSubstr("href=\"#mottakerfil\""),
                    HasSubstr(nb("sending.error.recipient_file_kind")), HasSubstr("value=\"Vedtak i saken deres\"")));
  auto listed = written("vis");
  listed[1].second.clear();
  std::string wide = "\xFF\xFE";
  for (const char c : "Navn\t" + std::string("Nr\nA\t") + firm_number + "\n") wide += std::string{c, '\0'};
  std::vector<web::Upload> list;
  list.push_back(upload("liste.txt", wide));
  list.back().field = "mottakerfil";
  EXPECT_EQ(pages->post("/etat/dat/meldinger/ny", listed, std::move(list)).status, 200);
}

TEST_P(MessageSendingPagesTest, what_was_posted_when_the_session_was_over_is_there_again_and_said_not_to_be_sent) {
  const auto start = pages->get("/etat/dat/meldinger/ny").body;
  EXPECT_THAT(start, Not(HasSubstr("id=\"form-restored\"")));
  auto form = written("send");
  form.emplace_back("keep:for", hidden(start, "keep:for"));
  pages->sessions.session.reset();
  EXPECT_EQ(pages->post("/etat/dat/meldinger/ny", form).status, 303);
  pages->log_in(caseworker);
  const auto again = pages->get("/etat/dat/meldinger/ny").body;
  EXPECT_THAT(again, AllOf(HasSubstr("id=\"form-restored\""), HasSubstr("autofocus"), HasSubstr(nb("sending.restored")),
                           HasSubstr("value=\"Vedtak i saken deres\"")));
  EXPECT_THAT(pages->get("/etat/dat/meldinger/ny").body, Not(HasSubstr("Vedtak i saken deres"))) << "said once";
}

TEST_P(MessageSendingPagesTest, the_sender_sees_when_it_was_opened_and_in_what_capacity_and_reads_the_answer) {
  const auto batch = sent();
  EXPECT_THAT(said_now, HasSubstr(pages->t(Language::nb, "sending.sent_now")));
  const auto unopened = pages->t(Language::nb, "sending.count.opened", {{"count", "0"}, {"of", "1"}});
  EXPECT_THAT(pages->get(batch).body, HasSubstr(unopened));
  const auto one = recipient_of(batch);
  const auto id = inbox::MessageId::parse(one.substr(one.rfind('/') + 1)).value();
  const auto at = messages.messages.place_of(firm, id).value();
  const auto read = instances::testing::expect(
      access->decider().decide(manager, terms::Action::read, at.target(terms::Action::read)));
  ASSERT_TRUE(messages.messages.open(read, id, registers.clock.now()));
  const auto complete = instances::testing::expect(
      access->decider().decide(manager, terms::Action::complete, at.target(terms::Action::complete)));
  ASSERT_TRUE(messages.messages.answer(complete, id, "Takk for <b>svaret</b>.", {}, registers.clock.now(), post()));
  for (const auto language : base::all_languages) {
    const auto opened = pages->get(batch, language).body;
    EXPECT_THAT(opened, AllOf(HasSubstr(pages->t(language, "sending.count.opened", {{"count", "1"}, {"of", "1"}})),
                              Not(HasSubstr(manager.name))));
  }
  EXPECT_THAT(pages->get(batch + "?bare=uapnet").body, Not(HasSubstr(one)));
  EXPECT_THAT(pages->get("/etat/dat/meldinger").body, AllOf(HasSubstr(one), HasSubstr("26/00123")));
  const auto answers = pages->get(one).body;
  EXPECT_THAT(answers, AllOf(HasSubstr("Takk for &lt;b&gt;svaret&lt;/b&gt;."), HasSubstr("/meldinger/ny?svar=")));
  const auto back = pages->get("/etat/dat/meldinger/ny?svar=" + id.text());
  EXPECT_THAT(back.body, AllOf(HasSubstr("Fjord og Fjell AS"), Not(HasSubstr("name=\"mottakere\""))));
  EXPECT_EQ(pages->get("/etat/dat/meldinger/ny?svar=" + post()).status, 404);

  auto another = written("send");
  another.emplace_back(std::string(View::mark_field), pages->kept_posts.mark(caseworker));
  pages->sessions.session.reset();
  EXPECT_EQ(pages->post("/etat/dat/meldinger/ny", another).status, 303);
  pages->log_in(caseworker);
  EXPECT_THAT(pages->get("/etat/dat/meldinger/ny?svar=" + id.text()).body,
              AllOf(HasSubstr("Fjord og Fjell AS"), Not(HasSubstr("Vedtak i saken deres"))))
      << "what was written to somebody else is no answer to this one";
}

TEST_P(MessageSendingPagesTest, what_is_restricted_and_opened_says_on_which_ground_and_until_when) {
  const auto one = recipient_of(sent());
  const auto id = one.substr(one.rfind('/') + 1);
  const auto at = registers.clock.now();
  const auto judge = instances::testing::expect(access->decider().agency_scope(caseworker, "dat"));
  EXPECT_THAT(pages->get(one).body, Not(HasSubstr(pages->t(Language::nb, "restriction.opened.title"))));
  ASSERT_TRUE(
      access->restrictions().impose({&judge, {}}, {.party = firm, .item = id, .ground = "contested"}, at, post()));
  ASSERT_EQ(pages->get(one).status, 403);
  ASSERT_TRUE(access->restrictions().open_anyway(judge, firm, id, "consent", "Etter avtale", at, post()));
  const auto until = base::format_local(at + base::Duration::hours(1), base::TimeStyle::full, Language::nb);
  EXPECT_THAT(pages->get(one).body,
              AllOf(HasSubstr(pages->t(Language::nb, "restriction.opened.title")),
                    HasSubstr(pages->t(Language::nb, "restriction.opening.consent")),
                    HasSubstr(pages->t(Language::nb, "restriction.opened.until", {{"time", until}}))));
}

TEST_P(MessageSendingPagesTest, what_waits_is_taken_back_with_one_question_and_not_once_it_is_there) {
  auto form = written("send");
  form.emplace_back("tilgjengelig", base::to_date_oslo(registers.clock.now() + base::Duration::days(30)));
  const auto done = pages->post("/etat/dat/meldinger/ny", form);
  ASSERT_EQ(done.status, 303) << done.body;
  const auto batch = location(done).substr(0, location(done).find('?'));
  const auto waits = pages->get(batch).body;
  EXPECT_THAT(waits, AllOf(HasSubstr(batch + "/trekk"), HasSubstr(pages->t(Language::nb, "sending.recall.title"))));
  pages->log_in(manager);
  EXPECT_EQ(pages->post(batch + "/trekk", {{"once", post()}}).status, 403);
  pages->log_in(caseworker);
  const web::Fields fields{{"once", post()}};
  EXPECT_EQ(location(pages->post(batch + "/trekk", fields)), batch);
  EXPECT_EQ(location(pages->post(batch + "/trekk", fields)), batch);
  for (const auto language : base::all_languages)
    EXPECT_THAT(pages->get(batch, language).body, AllOf(HasSubstr(pages->t(language, "sending.taken_back.text")),
                                                        Not(HasSubstr("/trekk")), Not(HasSubstr("/mottaker/"))));
  EXPECT_THAT(pages->get("/etat/dat/meldinger").body, HasSubstr(pages->t(Language::nb, "sending.state.taken_back")));
  const auto published = sent();
  EXPECT_THAT(pages->get(published).body, Not(HasSubstr("/trekk")));
  const auto refused = pages->post(published + "/trekk", {{"once", post()}});
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr(pages->t(Language::nb, "messages.error.published")));
}

TEST_P(MessageSendingPagesTest, a_form_that_answered_is_found_by_who_may_read_it) {
  auto form = written("send");
  form[5].second = "form";
  form.emplace_back("svarskjema", guidance.text());
  const auto done = pages->post("/etat/dat/meldinger/ny", form);
  ASSERT_EQ(done.status, 303) << done.body;
  const auto batch = location(done).substr(0, location(done).find('?'));
  ASSERT_TRUE(messages.sending.publish(inbox::BatchId::parse(batch.substr(batch.rfind('/') + 1)).value()));
  const auto one = recipient_of(batch);
  const auto id = inbox::MessageId::parse(one.substr(one.rfind('/') + 1)).value();
  using instances::testing::expect;
  const auto read = expect(access->decider().decide(manager, terms::Action::read,
                                                    messages.messages.place_of(firm, id)->target(terms::Action::read)));
  const auto draft = begin();
  ASSERT_TRUE(
      messages.messages.tie_form(read, id, permit(manager, terms::Action::write, draft), registers.clock.now()));
  EXPECT_THAT(pages->get(one).body, Not(HasSubstr(draft.text()))) << "a draft is its party's alone";
  (void)send(draft, fill(draft).version, post());
  ASSERT_EQ(messages.messages.settle_form_replies(), 1);
  EXPECT_THAT(
      pages->get(one).body,
      AllOf(HasSubstr(AgencyMatterAddresses("dat", registers.organisation("Fjord og Fjell AS").uuid, draft).page()),
            HasSubstr(pages->t(Language::nb, "sending.answer.form"))));
  EXPECT_THAT(pages->get(batch).body, HasSubstr(pages->t(Language::nb, "sending.answered")));
}

TEST_P(MessageSendingPagesTest, of_a_confidential_message_a_notice_is_sent_though_the_box_is_empty) {
  auto form = written("vis");
  std::erase_if(form, [](const auto& field) { return field.first == "varsle"; });
  EXPECT_THAT(pages->post("/etat/dat/meldinger/ny", form).body, HasSubstr(pages->t(Language::nb, "sending.no_notice")));
  form.emplace_back("fortrolig", "ja");
  EXPECT_THAT(pages->post("/etat/dat/meldinger/ny", form).body,
              Not(HasSubstr(pages->t(Language::nb, "sending.no_notice"))));
}

TEST_P(MessageSendingPagesTest, the_preview_says_who_cannot_be_told_by_mail_and_why) {
  auto& database = registers.temp.database();
  ASSERT_TRUE(database.write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM local_organisation_contact WHERE organisation_number = ?", {firm_number});
    return {};
  }));
  const auto shown = pages->post("/etat/dat/meldinger/ny", written("vis")).body;
  EXPECT_THAT(shown, AllOf(HasSubstr(pages->texts.plural(Language::nb, "sending.reach.without", 1)),
                           HasSubstr(pages->t(Language::nb, "sending.reach.none"))));
  auto quiet = written("vis");
  std::erase_if(quiet, [](const auto& field) { return field.first == "varsle"; });
  EXPECT_THAT(pages->post("/etat/dat/meldinger/ny", quiet).body,
              HasSubstr(pages->t(Language::nb, "sending.no_notice")));
}

TEST_P(MessageSendingPagesTest, the_preview_goes_by_the_rule_that_the_sending_goes_by) {
  const auto one = pages->texts.plural(Language::nb, "sending.reach.by_mail", 1),
             none = pages->texts.plural(Language::nb, "sending.reach.without", 1);
  EXPECT_THAT(preview(written_to("manager")), AllOf(HasSubstr(one), Not(HasSubstr(none))));
  // To an address of several people goes what names nothing, and never what is confidential.
  krr.change = [](parties::KrrPerson& person) { person.email.shared = true; };
  EXPECT_THAT(preview(written_to("manager")), HasSubstr(one));
  EXPECT_THAT(preview(written_to("manager", true)), AllOf(HasSubstr(none), HasSubstr(nb("sending.reach.shared"))));
  krr.change = [](parties::KrrPerson& person) { person.reserved = true; };
  EXPECT_THAT(preview(written_to("manager")), AllOf(HasSubstr(none), HasSubstr(nb("sending.reach.reserved"))));
  krr.change = {};
  // A business whose only address is a person's own, who may not read it.
  auto& database = registers.temp.database();
  ASSERT_TRUE(database.write([&](store::Tx& tx) -> base::Status {
    tx.run("DELETE FROM local_organisation_contact WHERE organisation_number = ?", {firm_number});
    tx.run(
        "INSERT INTO own_address (id, organisation, user_id, person, kind, value, for_person, services, verified_at, "
        "added_at) VALUES ('a', ?, ?, ?, 'email', 'leder@fjord.example', 1, '', 1, 1)",
        {firm, manager.user_id, manager.party});
    return {};
  }));
  EXPECT_THAT(preview(written("vis")), HasSubstr(one));
  auto confidential = written("vis");
  confidential.emplace_back("fortrolig", "ja");
  EXPECT_THAT(preview(confidential), HasSubstr(none)) << "no role opens it";
  const auto stranger = registers.actor("caseworker");
  ASSERT_TRUE(database.write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE own_address SET person = ?, user_id = ? WHERE id = 'a'", {stranger.party, stranger.user_id});
    return {};
  }));
  EXPECT_THAT(preview(written("vis")), HasSubstr(none));
}

TEST_P(MessageSendingPagesTest, a_persons_name_is_told_only_where_they_see_that_they_were_looked_up) {
  const auto named = HasSubstr(manager.name);
  const auto number = registers.person("manager").national_id;
  const auto hidden =
      HasSubstr(pages->t(Language::nb, "sending.by_number", {{"digits", number.substr(number.size() - 4)}}));
  EXPECT_THAT(preview(written_to("manager")), named);
  EXPECT_EQ(look_ups_of(manager), 1U);
  EXPECT_EQ(contacts.points().look_ups(manager).rows.front().purpose, "preview");
  krr.down = true;
  EXPECT_THAT(preview(written_to("manager")), AllOf(Not(named), hidden));
  krr.down = false;
  auto quiet = written_to("manager");
  std::erase_if(quiet, [](const auto& field) { return field.first == "varsle"; });
  EXPECT_THAT(preview(quiet), AllOf(Not(named), hidden)) << "nobody is looked up for it";
  EXPECT_EQ(look_ups_of(manager), 1U);
}

TEST_P(MessageSendingPagesTest, who_tries_numbers_is_told_to_wait_and_nothing_typed_is_lost) {
  store::QuotaLimits limits;
  limits.entries = 2;
  inbox::MessageUses limited{inbox::MessagesNeeds{registers.temp.database(), vault.vault(), *log, access->decider(),
                                                  *registers.registry, apps, *scanner, inspector, registers.clock,
                                                  registers.random, store::Quotas(limits)}};
  pages = std::make_unique<testing::PortalOver>(registers, *access);
  pages->open(
      {message_sending_pages(
           {.apps = apps, .sending = limited.sending, .sent = limited.sent, .orders = orders, .reaching = reaching}),
       agency_pages({.apps = apps, .agency = instances->agency})});
  pages->log_in(caseworker);
  for (int i = 0; i < 2; ++i) EXPECT_THAT(preview(written_to("manager")), HasSubstr(manager.name));
  const auto refused = pages->post("/etat/dat/meldinger/ny", written_to("manager"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.body, AllOf(HasSubstr("Du har gjort svært mye på kort tid"), Not(HasSubstr(manager.name)),
                                  HasSubstr("value=\"Vedtak i saken deres\"")));
  EXPECT_EQ(look_ups_of(manager), 2U);
  EXPECT_EQ(pages->post("/etat/dat/meldinger/ny", written("vis")).status, 200) << "of businesses the names are public";
  registers.clock.advance(base::Duration::hours(1));
  EXPECT_THAT(preview(written_to("manager")), HasSubstr(manager.name));
}

TEST_P(MessageSendingPagesTest, a_notice_that_waits_says_why_and_until_when) {
  const auto batch = sent();
  const auto one = recipient_of(batch);
  const auto cause = inbox::notice_cause(inbox::MessageId::parse(one.substr(one.rfind('/') + 1)).value());
  auto& database = registers.temp.database();
  const auto now = registers.clock.now();
  notify::NewOrder order;
  order.template_name = "message";
  order.recipient = firm;
  order.service = terms::AppId{"dat", "brev"};
  order.fields = {{"agency", "Datatilsynet"}};
  order.cause = cause;
  order.due = now;
  ASSERT_TRUE(database.write([&](store::Tx& tx) { return orders.place(tx, order, post()); }));
  const auto at = now + base::Duration::minutes(7);
  const auto said = [&](std::string_view why, Language language) {
    return HasSubstr(pages->t(language, "sending.notice.waits." + std::string(why),
                              {{"time", base::format_local(at, base::TimeStyle::compact, language)}}));
  };
  for (const auto& [change, why] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"next_at = ?", "others"},
           {"next_at = ?, tries = 1", "registers"},
           {"next_at = ?, tries = 0, state = 'queued'", "relay"}}) {
    ASSERT_TRUE(database.write([&](store::Tx& tx) -> base::Status {
      tx.run(fmt::format("UPDATE notify_order SET {}", change), {at});
      return {};
    }));
    for (const auto language : base::all_languages)
      EXPECT_THAT(pages->get(batch, language).body, said(why, language)) << change;
    EXPECT_THAT(pages->get(one).body, said(why, Language::nb)) << change;
  }
  registers.clock.advance(base::Duration::minutes(8));
  EXPECT_THAT(pages->get(batch).body, Not(said("relay", Language::nb))) << "it is being tried";
}

TEST_P(MessageSendingPagesTest, what_was_sent_is_found_by_words_of_its_title_or_its_whole_case_number) {
  const auto batch = sent();
  for (const std::string words : {"vedtak", "saken VED", "26/00123"})
    EXPECT_THAT(pages->get("/etat/dat/meldinger?q=" + words).body, HasSubstr(batch)) << words;
  for (const std::string words : {"vedtak nabo", "26/0012"})
    EXPECT_THAT(pages->get("/etat/dat/meldinger?q=" + words).body,
                AllOf(Not(HasSubstr(batch)), HasSubstr(pages->t(Language::nb, "sending.no_hits.text"))))
        << words;
}

TEST_P(MessageSendingPagesTest, the_demos_mail_is_shown_as_text_alone) {
  EXPECT_THAT(pages->get("/test/epost").body, HasSubstr(pages->t(Language::nb, "outbox.none.text")));
  const net::Mail mail{.from_name = "Alting",
                       .from = "ikke-svar@alting.example",
                       .to = "post@fjord.example",
                       .subject = "Ny melding",
                       .plain = "Det ligger en melding her.",
                       .html = "<p onclick=\"x()\">Det ligger en melding her.</p>",
                       .language = "nb",
                       .message_id = "1@alting.example",
                       .return_path = "bounce@alting.example",
                       .envelope_id = "1",
                       .date = registers.clock.now()};
  const auto relay = notify::make_copying_relay(registers.temp.database(), registers.random, registers.clock, nullptr);
  ASSERT_EQ(relay->send(mail).outcome, net::MailOutcome::accepted);
  const auto listed = pages->get("/test/epost").body;
  EXPECT_THAT(listed, AllOf(HasSubstr("Ny melding"), HasSubstr("post@fjord.example")));
  std::smatch found;
  ASSERT_TRUE(std::regex_search(listed, found, std::regex("/test/epost/[^\"?]+")));
  EXPECT_THAT(pages->get(found.str()).body, AllOf(HasSubstr("&lt;p onclick="), Not(HasSubstr("<p onclick")),
                                                  HasSubstr("Det ligger en melding her.")));
  EXPECT_EQ(pages->get("/test/epost/" + post()).status, 404);
}

}  // namespace
}  // namespace alting::portal
