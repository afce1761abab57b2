#include "portal/message_sending_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

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
                                        .contacts = contacts.points()}),
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
