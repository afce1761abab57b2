#include "portal/access_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "access/requests.h"
#include "portal/request_pages.h"
#include "portal/role_pages.h"
#include "portal/testing/small_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class AccessPagesTest : public ::testing::Test {
 protected:
  AccessPagesTest() {
    small.load_policies(apps);
    small.open(
        {access_pages(
             {.apps = apps, .delegations = small.access->delegations(), .certificates = small.access->certificates()}),
         request_pages({.apps = apps, .delegations = small.access->delegations()}), role_pages()});
  }

  static std::string location(const Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }
  std::string t(std::string_view id, const base::Texts::Params& params = {}) {
    return small.t(Language::nb, id, params);
  }
  std::string once() { return base::Uuid::v4(small.registers.random).text(); }
  Response get_as(const terms::Actor& actor, const std::string& address) {
    small.log_in(actor);
    return small.get(address);
  }
  Response post_as(const terms::Actor& actor, const std::string& address, web::Fields fields) {
    small.registers.clock.advance(base::Duration::minutes(1));  // what comes later is the newer one
    small.log_in(actor);
    fields.emplace_back("once", once());
    return small.post(address, std::move(fields));
  }
  Response ask_for_form() {
    return post_as(employee, "/tilgang/be",
                   {{"part", firm.uuid.text()}, {"skjema", form.text()}, {"rolle", ""}, {"til", service}});
  }
  access::OwnRequest asked() { return small.access->requests().mine(employee).at(0); }
  bool may_start() {
    return small.access->decider()
        .decide(employee, terms::Action::instantiate, instances::start_of(firm.id, form))
        .has_value();
  }
  web::Fields grant(const std::string& what) {
    const auto& person = small.registers.person("employee");
    return {{"fnr", person.national_id}, {"etternavn", person.register_answer.last_name}, {"hva", what}};
  }

  testing::SmallPortal small;
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
  terms::Actor manager = small.registers.actor("manager"), employee = small.registers.actor("employee");
  parties::Party firm = small.registers.organisation("Fjord og Fjell AS");
  terms::AppId form{"dat", "avviksmelding"};
  const std::string page = "/a/" + firm.uuid.text() + "/tilgang", own = "/a/" + employee.party_uuid.text() + "/tilgang",
                    service = "/a/" + firm.uuid.text() + "/skjema/dat/avviksmelding",
                    asking = "/tilgang/be?part=" + firm.uuid.text() + "&skjema=dat/avviksmelding";
};

TEST_F(AccessPagesTest, a_refusal_names_the_business_and_who_can_give_access_and_asks) {
  const auto refused = get_as(employee, page);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.refused_for, "error.access.forbidden");
  EXPECT_THAT(refused.body, AllOf(HasSubstr(t("error.forbidden.title")), HasSubstr(firm.name), HasSubstr(manager.name),
                                  HasSubstr("action=\"/tilgang/be\""), HasSubstr("value=\"UTINN\""),
                                  HasSubstr("href=\"/hjelp/roller\""), Not(HasSubstr(t("error.access.forbidden")))));
  const auto ask = get_as(employee, asking);
  EXPECT_EQ(ask.status, 200);
  EXPECT_THAT(ask.body, AllOf(HasSubstr(t("access.ask.button")), HasSubstr("value=\"dat/avviksmelding\""),
                              HasSubstr("value=\"" + service + "\""), Not(HasSubstr("value=\"UTINN\""))));
}

TEST_F(AccessPagesTest, nothing_is_told_of_a_private_person_and_nothing_asked_of_one) {
  const auto refused = get_as(employee, "/a/" + manager.party_uuid.text() + "/tilgang");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, AllOf(Not(HasSubstr(manager.name)), Not(HasSubstr("/tilgang/be"))));
  EXPECT_EQ(get_as(employee, "/tilgang/be?part=" + manager.party_uuid.text()).status, 404);
  EXPECT_EQ(post_as(employee, "/tilgang/be", {{"part", manager.party_uuid.text()}, {"rolle", "UTINN"}}).status, 404);
}

TEST_F(AccessPagesTest, a_business_is_found_by_its_number) {
  EXPECT_THAT(get_as(employee, "/tilgang/be").body, HasSubstr("name=\"orgnr\""));
  const auto found = get_as(employee, "/tilgang/be?skjema=dat/avviksmelding&orgnr=" + firm.organisation_number);
  EXPECT_THAT(found.body, AllOf(HasSubstr(firm.name), HasSubstr(t("access.ask.button"))));
  EXPECT_THAT(get_as(employee, "/tilgang/be?orgnr=" + firm.organisation_number).body,
              AllOf(HasSubstr(t("access.ask.which")), HasSubstr("skjema=dat/avviksmelding")));
  for (const auto* wrong : {"12", "310000000", "tre"}) {
    const auto none = get_as(employee, std::string("/tilgang/be?orgnr=") + wrong);
    EXPECT_GE(none.status, 400) << wrong;
    EXPECT_THAT(none.body, AllOf(HasSubstr("href=\"#orgnr\""), Not(HasSubstr(firm.name)))) << wrong;
  }
  EXPECT_THAT(get_as(manager, asking).body, HasSubstr("href=\"" + service + "\"")) << "who may already goes on";
}

TEST_F(AccessPagesTest, who_asks_comes_back_and_sees_how_it_stands) {
  const auto sent = ask_for_form();
  EXPECT_EQ(sent.status, 303);
  EXPECT_TRUE(location(sent).starts_with(service + "?gjort="));
  EXPECT_EQ(asked().app, form);
  EXPECT_EQ(asked().state, access::RequestState::sent);
  const auto again = get_as(employee, asking).body;
  EXPECT_THAT(again, AllOf(HasSubstr(t("access.ask.sent.text")), HasSubstr(t("access.ask.withdraw")),
                           Not(HasSubstr(t("access.ask.text")))));
  EXPECT_EQ(ask_for_form().status, 409) << "one at a time";
  const auto mine = get_as(employee, own).body;
  EXPECT_THAT(mine, AllOf(HasSubstr(t("access.own_requests")), HasSubstr(firm.name),
                          HasSubstr(t("access_request.state.sent"))));
  EXPECT_EQ(post_as(manager, "/tilgang/be/" + asked().id.text() + "/trekk", {}).status, 404) << "another's";
  EXPECT_EQ(post_as(employee, "/tilgang/be/" + asked().id.text() + "/trekk", {}).status, 303);
  EXPECT_EQ(asked().state, access::RequestState::withdrawn);
  EXPECT_THAT(get_as(employee, asking).body, HasSubstr(t("access.ask.text"))) << "and one may ask again";
}

TEST_F(AccessPagesTest, a_request_is_kept_and_later_sent_or_deleted) {
  EXPECT_THAT(get_as(employee, asking).body, HasSubstr(t("access.ask.keep")));
  const auto keep = [&] {
    return post_as(employee, "/tilgang/be",
                   {{"part", firm.uuid.text()}, {"skjema", form.text()}, {"til", service}, {"lagre", "ja"}});
  };
  const auto kept = keep();
  EXPECT_EQ(kept.status, 303);
  EXPECT_TRUE(location(kept).starts_with(own));
  EXPECT_EQ(asked().state, access::RequestState::draft);
  const auto id = asked().id.text();
  EXPECT_THAT(small.get(location(kept)).body,
              AllOf(HasSubstr(t("access.ask.kept_now")), HasSubstr(t("access_request.state.draft")),
                    HasSubstr(t("access.ask.send")), HasSubstr(t("access.ask.delete")),
                    Not(HasSubstr(t("access.ask.sent_now"))), Not(HasSubstr(t("access.ask.withdraw")))));
  EXPECT_THAT(get_as(manager, page).body, Not(HasSubstr("/foresporsel/" + id))) << "its owner's alone";
  EXPECT_THAT(get_as(employee, asking).body, AllOf(HasSubstr("value=\"" + id + "\""), HasSubstr(t("access.ask.send")),
                                                   Not(HasSubstr(t("access.ask.keep")))));
  EXPECT_EQ(post_as(manager, "/tilgang/be", {{"foresporsel", id}}).status, 404) << "another's";
  EXPECT_EQ(post_as(employee, "/tilgang/be", {{"foresporsel", id}, {"til", ""}}).status, 303);
  EXPECT_EQ(asked().state, access::RequestState::sent);
  EXPECT_THAT(get_as(manager, page).body, HasSubstr("/foresporsel/" + id));
  EXPECT_EQ(post_as(employee, "/tilgang/be/" + id + "/trekk", {}).status, 303);
  EXPECT_EQ(keep().status, 303);
  EXPECT_EQ(asked().state, access::RequestState::draft);
  EXPECT_EQ(post_as(employee, "/tilgang/be/" + asked().id.text() + "/trekk", {}).status, 303);
  EXPECT_EQ(small.access->requests().mine(employee).size(), 1U) << "a draft leaves nothing behind";
}

TEST_F(AccessPagesTest, a_form_is_given_with_one_click_for_exactly_what_was_asked) {
  (void)ask_for_form();
  const auto id = asked().id.text();
  const auto list = get_as(manager, page).body;
  const auto& person = small.registers.person("employee");
  EXPECT_THAT(list, AllOf(HasSubstr(t("access.requests")), HasSubstr(employee.name), HasSubstr("født "),
                          HasSubstr("/foresporsel/" + id + "/godta"), Not(HasSubstr(person.national_id))));
  EXPECT_LT(list.find(t("access.requests.text")), list.find(t("access.give.text"))) << "somebody waits: it comes first";
  for (const auto* opens : {"access.requests.form", "access.requests.form.deletes"})
    EXPECT_LT(list.find(t(opens)), list.find("/foresporsel/" + id + "/godta")) << "no page between says it";
  EXPECT_FALSE(may_start());
  const auto done = post_as(manager, page + "/foresporsel/" + id + "/godta", {});
  EXPECT_EQ(done.status, 303);
  EXPECT_TRUE(may_start());
  EXPECT_FALSE(small.access->decider().decide(employee, terms::Action::instantiate,
                                              instances::start_of(firm.id, {"dat", "veiledning"})));
  EXPECT_THAT(small.get(location(done)).body,
              AllOf(HasSubstr(t("access.requests.approved_now")), HasSubstr(t("access_request.state.approved"))));
  EXPECT_THAT(get_as(employee, own).body,
              AllOf(HasSubstr(t("access_request.state.approved")), HasSubstr("href=\"" + service + "\"")))
      << "and it goes on where one was going";
}

TEST_F(AccessPagesTest, a_role_is_given_on_a_page_that_says_what_it_opens) {
  (void)post_as(employee, "/tilgang/be", {{"part", firm.uuid.text()}, {"rolle", "UTINN"}, {"til", ""}});
  const auto id = asked().id.text();
  const auto list = get_as(manager, page).body;
  EXPECT_THAT(list, AllOf(Not(HasSubstr("/foresporsel/" + id + "/godta")), HasSubstr("/foresporsel/" + id + "\"")));
  const auto look = get_as(manager, page + "/foresporsel/" + id);
  EXPECT_EQ(look.status, 200);
  EXPECT_THAT(look.body, AllOf(HasSubstr(t("role.opens.UTINN")), HasSubstr(t("access.confirm.sees.role")),
                               HasSubstr("/godta"), HasSubstr("/avsla"), HasSubstr("/sperr")));
  EXPECT_EQ(post_as(manager, page + "/foresporsel/" + id + "/godta", {}).status, 303);
  EXPECT_TRUE(may_start());
  EXPECT_EQ(get_as(manager, page + "/foresporsel/" + id).status, 404) << "it is answered";
}

TEST_F(AccessPagesTest, a_refusal_says_why_and_a_block_ends_the_asking_until_it_is_lifted) {
  (void)ask_for_form();
  EXPECT_EQ(post_as(manager, page + "/foresporsel/" + asked().id.text() + "/avsla", {{"grunn", "not_known"}}).status,
            303);
  EXPECT_THAT(get_as(employee, asking).body,
              AllOf(HasSubstr(t("access_request.reason.not_known")), HasSubstr(t("access.ask.text"))));
  (void)ask_for_form();
  EXPECT_EQ(post_as(manager, page + "/foresporsel/" + asked().id.text() + "/sperr", {}).status, 303);
  EXPECT_THAT(get_as(employee, asking).body,
              AllOf(HasSubstr(t("access_request.reason.blocked")), Not(HasSubstr(t("access.ask.text")))));
  EXPECT_EQ(ask_for_form().status, 403);
  const auto list = get_as(manager, page).body;
  EXPECT_THAT(list, AllOf(HasSubstr(t("access.blocked")), HasSubstr("/opphev")));
  const auto from = list.find(page + "/sperret/");
  const auto lift = list.substr(from, list.find('"', from) - from);
  EXPECT_EQ(post_as(manager, lift, {}).status, 303);
  EXPECT_THAT(get_as(employee, asking).body,
              AllOf(HasSubstr(t("access.ask.text")), Not(HasSubstr(t("access_request.reason.blocked")))));
  EXPECT_EQ(ask_for_form().status, 303);
}

TEST_F(AccessPagesTest, who_has_asked_enough_today_is_told_when_to_come_back) {
  const auto ask_for_role = [&](terms::PartyId party, std::string role) {
    return small.access->requests().ask(employee, {.party = party, .role = std::move(role)},
                                        small.registers.clock.now(), once());
  };
  const auto other = small.registers.organisation("Lys Løkke AS").id;
  for (const auto* role : {"UTINN", "A0236", "SISKD"}) ASSERT_TRUE(ask_for_role(firm.id, role)) << role;
  for (const auto* role : {"UTINN", "A0236"}) ASSERT_TRUE(ask_for_role(other, role)) << role;
  const auto refused = ask_for_form();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.refused_for, "error.access_request.day");
  EXPECT_EQ(std::ranges::count_if(refused.headers, [](const auto& header) { return header.first == "Retry-After"; }),
            1);
}

TEST_F(AccessPagesTest, only_what_the_page_offers_is_asked_for) {
  for (const auto* other : {"HADM", "ADMAI", "A0236", "utinn"})
    EXPECT_EQ(post_as(employee, "/tilgang/be", {{"part", firm.uuid.text()}, {"rolle", other}, {"til", ""}}).status, 400)
        << other;
  EXPECT_EQ(post_as(employee, "/tilgang/be",
                    {{"part", firm.uuid.text()}, {"skjema", form.text()}, {"rolle", "UTINN"}, {"til", ""}})
                .status,
            400);
  EXPECT_TRUE(small.access->requests().mine(employee).empty());
  EXPECT_EQ(post_as(employee, "/tilgang/be", {{"part", firm.uuid.text()}, {"rolle", "UTINN"}, {"til", ""}}).status,
            303);
}

TEST_F(AccessPagesTest, others_who_manage_access_are_told_of_and_not_counted) {
  auto yes = grant("rolle:ADMAI");
  yes.emplace_back("bekreft", "ja");
  EXPECT_EQ(post_as(manager, page + "/gi", yes).status, 303);
  const auto body = get_as(small.registers.actor("private_person"), asking).body;
  EXPECT_THAT(body, AllOf(HasSubstr(t("access.ask.others")), HasSubstr(manager.name), Not(HasSubstr(employee.name))));
}

TEST_F(AccessPagesTest, what_was_made_for_another_person_takes_nothing_back) {
  (void)ask_for_form();
  const auto withdrawing = "/tilgang/be/" + asked().id.text() + "/trekk";
  const auto of_manager = [this] {
    return web::Fields{{std::string(View::mark_field), small.kept_posts.mark(manager)}};
  };
  EXPECT_THAT(get_as(employee, own).body, HasSubstr(std::string(View::mark_field)));
  EXPECT_EQ(post_as(employee, withdrawing, of_manager()).status, 409);
  EXPECT_EQ(asked().state, access::RequestState::sent);
  auto yes = grant("skjema:dat/avviksmelding");
  yes.emplace_back("bekreft", "ja");
  (void)post_as(manager, page + "/gi", yes);
  const auto renouncing = "/tilgang/" + small.access->delegations().received_by(employee).at(0).id.text() + "/fraskriv";
  EXPECT_EQ(post_as(employee, renouncing, of_manager()).status, 409);
  EXPECT_TRUE(may_start());
  EXPECT_EQ(location(get_as(employee, withdrawing)), own) << "where one comes back to after a login";
  EXPECT_EQ(location(get_as(employee, renouncing)), own);
  EXPECT_EQ(get_as(manager, withdrawing).status, 404) << "another's";
  EXPECT_EQ(get_as(manager, renouncing).status, 404);
}

TEST_F(AccessPagesTest, who_may_not_manage_access_answers_nobody) {
  (void)ask_for_form();
  const auto id = asked().id.text();
  EXPECT_EQ(post_as(employee, page + "/foresporsel/" + id + "/godta", {}).status, 403);
  EXPECT_FALSE(may_start());
}

TEST_F(AccessPagesTest, nothing_is_given_before_one_has_seen_what_it_opens) {
  const auto first = post_as(manager, page + "/gi", grant("rolle:UTINN"));
  EXPECT_EQ(first.status, 200);
  const auto& receiver = small.registers.person("employee");
  EXPECT_THAT(first.body, AllOf(HasSubstr(t("access.confirm.title", {{"name", receiver.register_answer.last_name}})),
                                HasSubstr(receiver.national_id.substr(6)), Not(HasSubstr(employee.name)),
                                HasSubstr(t("role.opens.UTINN")), HasSubstr(t("access.until.none"))));
  EXPECT_FALSE(may_start());
  auto change = grant("rolle:UTINN");
  change.emplace_back("bekreft", "nei");
  const auto back = post_as(manager, page + "/gi", change);
  EXPECT_THAT(back.body, HasSubstr("value=\"" + small.registers.person("employee").national_id + "\""));
  EXPECT_FALSE(may_start());
  auto yes = grant("rolle:UTINN");
  yes.emplace_back("bekreft", "ja");
  yes.emplace_back("til-og-med", "31.12.2030");
  EXPECT_EQ(post_as(manager, page + "/gi", yes).status, 303);
  EXPECT_TRUE(may_start());
  EXPECT_THAT(get_as(manager, page).body, HasSubstr("31. desember 2030"));
}

TEST_F(AccessPagesTest, what_is_wrong_is_said_before_anything_is_given) {
  auto past = grant("rolle:UTINN");
  past.emplace_back("til-og-med", "2020-01-01");
  const auto late = post_as(manager, page + "/gi", past);
  EXPECT_EQ(late.status, 422);
  EXPECT_THAT(late.body, HasSubstr(t("access.give.until.past")));
  EXPECT_THAT(post_as(manager, page + "/gi", grant("")).body, HasSubstr(t("access.give.what.error")));
  auto never = grant("rolle:PRIV");
  never.emplace_back("bekreft", "ja");
  const auto refused = post_as(manager, page + "/gi", never);
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr(t("error.delegation.not_yours_to_give")));
}

TEST_F(AccessPagesTest, what_needs_no_look_up_is_refused_before_one) {
  for (const auto* last_name : {"", "Feilnavn"}) {
    for (const auto* day : {"01.01.2999", "01.01.2020"}) {
      auto late = grant("rolle:UTINN");
      if (*last_name != 0) late[1].second = last_name;
      late.emplace_back("til-og-med", day);
      late.emplace_back("bekreft", "ja");
      const auto refused = post_as(manager, page + "/gi", late);
      EXPECT_EQ(refused.status, 422);
      EXPECT_THAT(refused.body, AllOf(HasSubstr("href=\"#til-og-med\""), Not(HasSubstr(t("error.person.no_match")))))
          << day << last_name;
    }
    auto to_oneself = grant("rolle:UTINN");
    to_oneself[0].second = small.registers.person("manager").national_id;
    if (*last_name != 0) to_oneself[1].second = last_name;
    to_oneself.emplace_back("bekreft", "ja");
    EXPECT_THAT(post_as(manager, page + "/gi", to_oneself).body,
                AllOf(HasSubstr(t("error.delegation.to_oneself")), Not(HasSubstr(t("error.person.no_match")))))
        << last_name;
  }
}

TEST_F(AccessPagesTest, nobody_is_looked_up_before_it_is_confirmed) {
  auto wrong = grant("rolle:UTINN");
  wrong[1].second = "Feilnavn";
  const auto asked_of = post_as(manager, page + "/gi", wrong);
  EXPECT_EQ(asked_of.status, 200) << "a wrong name and a right one look the same";
  EXPECT_THAT(asked_of.body, AllOf(HasSubstr("Feilnavn"), Not(HasSubstr(employee.name))));
  wrong.emplace_back("bekreft", "ja");
  EXPECT_EQ(post_as(manager, page + "/gi", wrong).status, 422);
  EXPECT_FALSE(may_start());
}

TEST_F(AccessPagesTest, before_one_gives_it_says_what_the_receiver_sees) {
  const auto before = [&](const std::string& what) { return post_as(manager, page + "/gi", grant(what)).body; };
  const auto forms = t("access.confirm.sees.role"), log = t("access.confirm.log"),
             others = t("access.confirm.log.others"), of_form = t("access.confirm.log.form"),
             deletes = t("access.confirm.deletes.role");
  EXPECT_THAT(before("rolle:UTINN"), HasSubstr(deletes));
  EXPECT_THAT(before("rolle:A0236"), Not(HasSubstr(deletes)));
  EXPECT_THAT(before("skjema:dat/avviksmelding"), HasSubstr(t("access.confirm.deletes.form")));
  EXPECT_THAT(before("rolle:UTINN"), AllOf(HasSubstr(forms), HasSubstr(log), Not(HasSubstr(others))));
  EXPECT_THAT(before("rolle:A0236"), AllOf(Not(HasSubstr(forms)), HasSubstr(log), Not(HasSubstr(others))));
  EXPECT_THAT(before("rolle:REGNA"), AllOf(Not(HasSubstr(forms)), Not(HasSubstr(log)), Not(HasSubstr(others))));
  for (const auto* code : {"ADMAI", "HADM"}) {
    const std::string role(code);
    EXPECT_THAT(before("rolle:" + role),
                AllOf(Not(HasSubstr(forms)), HasSubstr(log), HasSubstr(others),
                      HasSubstr(t("access.confirm.role." + role)), HasSubstr(t("role.opens." + role))));
  }
  EXPECT_THAT(before("skjema:dat/avviksmelding"),
              AllOf(HasSubstr(t("access.confirm.sees.form")), HasSubstr(of_form), Not(HasSubstr(log))));
  EXPECT_THAT(t("role.opens.HADM"), HasSubstr("unntatt Hovedadministrator"));
  EXPECT_THAT(t("access.confirm.role.ADMAI"), HasSubstr("unntatt Tilgangsstyring"));
}

TEST_F(AccessPagesTest, the_usual_roles_stand_first_and_the_others_under_a_word) {
  const auto body = get_as(manager, page).body;
  const auto others = body.find(t("access.give.others"));
  ASSERT_NE(others, std::string::npos);
  EXPECT_LT(body.find("value=\"rolle:UTINN\""), others);
  EXPECT_LT(body.find("value=\"skjema:dat/avviksmelding\""), others);
  EXPECT_GT(body.find("value=\"rolle:REGNA\""), others);
  EXPECT_THAT(body, HasSubstr(t("role.opens.REGNA")));
}

TEST_F(AccessPagesTest, who_got_something_gives_it_up) {
  auto yes = grant("skjema:dat/avviksmelding");
  yes.emplace_back("bekreft", "ja");
  (void)post_as(manager, page + "/gi", yes);
  const auto got = small.access->delegations().received_by(employee).at(0).id.text();
  EXPECT_THAT(get_as(employee, own).body, HasSubstr("/tilgang/" + got + "/fraskriv"));
  EXPECT_EQ(post_as(manager, "/tilgang/" + got + "/fraskriv", {}).status, 404) << "not the giver's";
  EXPECT_TRUE(may_start());
  EXPECT_EQ(post_as(employee, "/tilgang/" + got + "/fraskriv", {}).status, 303);
  EXPECT_FALSE(may_start());
}

TEST_F(AccessPagesTest, what_lets_others_manage_access_is_taken_back_by_who_may_give_it) {
  auto chief = grant("rolle:HADM");
  chief.emplace_back("bekreft", "ja");
  ASSERT_EQ(post_as(manager, page + "/gi", chief).status, 303);
  const auto& other = small.registers.person("private_person");
  ASSERT_EQ(post_as(manager, page + "/gi",
                    {{"fnr", other.national_id},
                     {"etternavn", other.register_answer.last_name},
                     {"hva", "rolle:ADMAI"},
                     {"bekreft", "ja"}})
                .status,
            303);
  const auto taking = page + "/" + small.access->delegations().received_by(employee).at(0).id.text() + "/trekk";
  const auto somebody = small.registers.actor("private_person");
  EXPECT_THAT(get_as(manager, page).body, HasSubstr(taking));
  EXPECT_THAT(get_as(somebody, page).body, AllOf(HasSubstr(employee.name), Not(HasSubstr(taking))));
  const auto refused = post_as(somebody, taking, {});
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr(t("error.delegation.not_yours_to_take")));
  EXPECT_EQ(post_as(manager, taking, {}).status, 303);
}

TEST_F(AccessPagesTest, a_person_reads_of_themself_as_you) {
  const auto body = get_as(employee, own).body;
  EXPECT_THAT(body, AllOf(HasSubstr(t("access.given.none.person")), HasSubstr(t("access.title.person")),
                          Not(HasSubstr(" dere "))));
}

TEST_F(AccessPagesTest, the_roles_are_explained_to_everyone) {
  for (const auto language : base::all_languages) {
    const auto help = small.get("/hjelp/roller", language);
    EXPECT_EQ(help.status, 200);
    EXPECT_THAT(help.body, AllOf(HasSubstr(small.t(language, "help.roles.title")),
                                 HasSubstr(small.t(language, "role.opens.UTINN"))));
  }
}

}  // namespace
}  // namespace alting::portal
