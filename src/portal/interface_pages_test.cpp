#include "portal/interface_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "events/migrations.h"
#include "instances/migrations.h"
#include "net/public_http_client.h"
#include "portal/testing/small_portal.h"
#include "portal/words.h"
#include "store/row_reader.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto public_key = R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
                            R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"})";

class InterfacePagesTest : public ::testing::Test {
 protected:
  InterfacePagesTest() {
    store::migrate(small.registers.temp.database(), small.registers.clock,
                   {instances::migrations(), events::migrations()});
    small.load_policies(apps);
    auto& database = small.registers.temp.database();
    subscriptions = std::make_unique<events::Subscriptions>(events::Subscriptions::Needs{
        .database = database,
        .ledger = small.ledger,
        .decider = small.access->decider(),
        .parties = *small.registers.registry,
        .clock = small.registers.clock,
        .quotas = {},
        .agency_number = [](std::string_view org) { return org == "dat" ? std::string("974761467") : std::string(); },
        .check_address = [](std::string_view url) { return net::check_public_url(url); },
        .was_taken_back = [this](store::Tx& tx, std::string_view owner,
                                 std::string_view supplier) { return clients->was_taken_back(tx, owner, supplier); }});
    clients = login::make_clients(
        {.database = database,
         .ledger = small.ledger,
         .decider = small.access->decider(),
         .parties = *small.registers.registry,
         .mode = terms::Mode::test,
         .random = small.registers.random,
         .quotas = {},
         .end_subscriptions = [this](const terms::Permit& permit, std::string_view supplier, base::Instant at) {
           return subscriptions->end_with_right(permit, supplier, at);
         }});
    small.open({interface_pages({.apps = apps, .subscriptions = *subscriptions, .clients = *clients}), agencys()});
  }

  // Under whose entry of the menu the pages stand.
  static PageSet agencys() {
    return {.name = "agency",
            .routes = {staff_page(Method::get, route::queue, [](View& view) { return view.show({.title = "x"}, {}); })},
            .menu = {{.key = "agency",
                      .text = "menu.agency",
                      .each = [](const View&, bool) { return std::vector<ui::NavLink>(); }}},
            .words = {"agency.title"}};
  }
  std::string t(std::string_view id, const base::Texts::Params& params = {}) {
    return small.t(Language::nb, id, params);
  }
  Response get_as(const terms::Actor& actor, const std::string& address, Language language = Language::nb) {
    small.log_in(actor);
    return small.get(address, language);
  }
  Response post_as(const terms::Actor& actor, const std::string& address, web::Fields fields = {}) {
    small.log_in(actor);
    fields.emplace_back("once", base::Uuid::v4(small.registers.random).text());
    return small.post(address, std::move(fields));
  }
  static std::string location(const Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }
  // The page of a new subscription.
  std::string subscribe(const std::string& form = "", const std::string& kind = "") {
    const auto made =
        post_as(head, page + "/abonnement",
                {{"adresse", "https://saker.etaten.example/hendelser"}, {"skjema", form}, {"hendelse", kind}});
    EXPECT_EQ(made.status, 303);
    return location(made).substr(0, location(made).find('?'));
  }
  void set(const std::string& columns) {
    ASSERT_TRUE(small.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run("UPDATE event_subscription SET " + columns);
      return {};
    }));
  }

  testing::SmallPortal small;
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
  std::unique_ptr<events::Subscriptions> subscriptions;
  std::unique_ptr<login::Clients> clients;
  terms::Actor head = small.registers.actor("second_caseworker"), clerk = small.registers.actor("caseworker"),
               manager = small.registers.actor("manager");
  const std::string page = "/etat/dat/grensesnitt";
};

TEST_F(InterfacePagesTest, the_staff_see_what_there_is_and_who_manages_access_changes_it) {
  for (const auto language : base::all_languages) {
    const auto of_head = get_as(head, page, language);
    EXPECT_EQ(of_head.status, 200);
    EXPECT_THAT(
        of_head.body,
        AllOf(HasSubstr("Datatilsynet"), HasSubstr("\"" + page + "/abonnement\""), HasSubstr("\"" + page + "/nokkel\""),
              HasSubstr(small.t(language, "interfaces.subscription.none.text")),
              HasSubstr(small.t(language, "interfaces.client.none.text")), HasSubstr("\"/openapi.json\"")));
    EXPECT_THAT(get_as(clerk, page, language).body,
                AllOf(HasSubstr(small.t(language, "interfaces.may_not_change")),
                      HasSubstr(small.t(language, "interfaces.client.may_not_see")),
                      HasSubstr(small.t(language, "interfaces.supplier.may_not_see")),
                      Not(HasSubstr("\"" + page + "/abonnement\"")), Not(HasSubstr("\"" + page + "/nokkel\""))));
  }
  const auto one = subscribe();
  EXPECT_EQ(get_as(clerk, one).status, 200);
  for (const auto& address : {page + "/abonnement", page + "/nokkel", page + "/leverandor"}) {
    const auto refused = get_as(clerk, address);
    EXPECT_EQ(refused.status, 403) << address;
    EXPECT_THAT(refused.body, HasSubstr(t("error.access.not_manager")));
    EXPECT_EQ(post_as(clerk, address).status, 403) << address;
  }
  for (const auto* act : {"/avslutt", "/proving", "/igjen"})
    EXPECT_EQ(post_as(clerk, one + act, {{"fra-nummer", "1"}}).status, 403) << act;
  for (const auto& address : {page, page + "/nokkel", page + "/abonnement", one})
    EXPECT_EQ(get_as(manager, address).status, 403) << address;
  EXPECT_EQ(get_as(head, "/etat/nabo/grensesnitt").status, 403);
  EXPECT_EQ(get_as(head, page + "/abonnement/77").status, 404);
  EXPECT_EQ(get_as(head, page + "/abonnement/x").status, 404);
}

TEST_F(InterfacePagesTest, a_key_is_added_with_what_it_may_do_and_ended) {
  const auto add = page + "/nokkel";
  for (const auto language : base::all_languages)
    EXPECT_THAT(
        get_as(head, add, language).body,
        AllOf(HasSubstr(small.t(language, "scope.altinn_serviceowner_instances_read")),
              HasSubstr("altinn:events.subscribe"), HasSubstr(small.t(language, "interfaces.client.key.help"))));
  const auto done = post_as(head, add,
                            {{"navn", "Sakssystemet"},
                             {"tilgang", "altinn:serviceowner/instances.read"},
                             {"tilgang", "altinn:events.subscribe"},
                             {"nokkel", public_key}});
  EXPECT_EQ(done.status, 303);
  const auto listed = small.get(location(done)).body;
  EXPECT_THAT(listed, AllOf(HasSubstr(t("interfaces.client.added_now")), HasSubstr("Sakssystemet"),
                            HasSubstr(t("scope.altinn_events_subscribe")), HasSubstr(t("interfaces.never")),
                            Not(HasSubstr(t("scope.altinn_serviceowner_instances_write")))));
  const auto from = listed.find(page + "/nokkel/");
  ASSERT_NE(from, std::string::npos);
  const auto end = listed.substr(from, listed.find('"', from) - from);
  EXPECT_EQ(post_as(clerk, end).status, 403);
  const auto ended = post_as(head, end);
  EXPECT_EQ(ended.status, 303);
  EXPECT_THAT(small.get(location(ended)).body,
              AllOf(HasSubstr(t("interfaces.client.ended_now")), HasSubstr(t("interfaces.client.ended")),
                    Not(HasSubstr("\"" + end + "\""))));
  EXPECT_EQ(post_as(head, end).status, 404);
}

TEST_F(InterfacePagesTest, what_is_wrong_with_a_key_is_said_at_its_field_and_nothing_typed_is_lost) {
  const auto add = page + "/nokkel";
  const auto scope = std::pair<std::string, std::string>("tilgang", "altinn:serviceowner/instances.read");
  const auto no_name = post_as(head, add, {{"navn", " "}, scope, {"nokkel", ""}});
  EXPECT_EQ(no_name.status, 400);
  EXPECT_THAT(no_name.body, AllOf(HasSubstr("href=\"#navn\""), HasSubstr("checked")));
  const auto no_scope = post_as(head, add, {{"navn", "Sakssystemet"}, {"nokkel", ""}});
  EXPECT_EQ(no_scope.status, 400);
  EXPECT_THAT(no_scope.body, AllOf(HasSubstr("href=\"#tilgang\""), HasSubstr("value=\"Sakssystemet\"")));
  const auto nothing = post_as(head, add, {{"navn", ""}, {"nokkel", "tull"}});
  EXPECT_THAT(nothing.body, AllOf(HasSubstr("href=\"#navn\""), HasSubstr("href=\"#tilgang\""),
                                  HasSubstr("href=\"#nokkel\""), HasSubstr("tull</textarea>")))
      << "all that is wrong, at once";
  const std::string secret = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
  const auto is_private = post_as(head, add, {{"navn", "Sakssystemet"}, scope, {"nokkel", secret}});
  EXPECT_EQ(is_private.status, 400);
  EXPECT_THAT(is_private.body, AllOf(HasSubstr("href=\"#nokkel\""), HasSubstr(t("error.client.private_key")),
                                     HasSubstr("value=\"Sakssystemet\""), Not(HasSubstr("AAAA"))));
  for (const auto* bad : {"tull", R"({"kty":"EC"})"}) {
    const auto no_key = post_as(head, add, {{"navn", "Sakssystemet"}, scope, {"nokkel", bad}});
    EXPECT_EQ(no_key.status, 400) << bad;
    EXPECT_THAT(no_key.body, AllOf(HasSubstr("href=\"#nokkel\""), HasSubstr("value=\"Sakssystemet\""))) << bad;
  }
  EXPECT_THAT(get_as(head, page).body, HasSubstr(t("interfaces.client.none")));
}

TEST_F(InterfacePagesTest, what_is_there_already_is_not_made_a_second_time) {
  const web::Fields key{
      {"navn", "Sakssystemet"}, {"tilgang", "altinn:serviceowner/instances.read"}, {"nokkel", public_key}};
  EXPECT_EQ(post_as(head, page + "/nokkel", key).status, 303);
  const auto second = post_as(head, page + "/nokkel", key);
  EXPECT_EQ(second.status, 409);
  EXPECT_THAT(second.body, AllOf(HasSubstr("href=\"#nokkel\""), HasSubstr(t("error.client.same_key"))));
  (void)subscribe();
  const auto same = post_as(head, page + "/abonnement", {{"adresse", "https://saker.etaten.example/hendelser"}});
  EXPECT_EQ(same.status, 409);
  EXPECT_THAT(same.body, AllOf(HasSubstr("href=\"#adresse\""), HasSubstr(t("error.events.same"))));
}

TEST_F(InterfacePagesTest, what_was_typed_when_the_session_was_over_is_there_after_the_login_and_said_once) {
  const auto typed_late = [&](const std::string& address, web::Fields fields) {
    EXPECT_THAT(get_as(head, address).body, HasSubstr(std::string(View::mark_field)));
    small.sessions.session.reset();
    fields.emplace_back(View::mark_field, small.kept_posts.mark(head));
    EXPECT_EQ(small.post(address, std::move(fields)).status, 303);
    auto shown = get_as(head, address).body;
    EXPECT_THAT(shown, AllOf(HasSubstr("id=\"form-restored\""), HasSubstr("autofocus"))) << address;
    EXPECT_THAT(get_as(head, address).body, Not(HasSubstr("id=\"form-restored\""))) << address;
    return shown;
  };
  EXPECT_THAT(typed_late(page + "/abonnement", {{"adresse", "https://saker.etaten.example/"}}),
              AllOf(HasSubstr(t("interfaces.restored")), HasSubstr("value=\"https://saker.etaten.example/\"")));
  EXPECT_THAT(typed_late(page + "/leverandor", {{"orgnr", "974761467"}}),
              AllOf(HasSubstr(t("access.restored")), HasSubstr("value=\"974761467\"")));
  EXPECT_THAT(
      typed_late(page + "/nokkel", {{"navn", "Arkivet"}, {"nokkel", public_key}}),
      AllOf(HasSubstr(t("interfaces.restored")), HasSubstr("value=\"Arkivet\""), HasSubstr("MKBCTNIcKUSDii11")));
  EXPECT_THAT(
      typed_late(page + "/nokkel", {{"navn", "Arkivet"}, {"nokkel", R"({"kty":"EC","d":"hemmelig"})"}}),
      AllOf(HasSubstr("value=\"Arkivet\""), HasSubstr(t("error.client.private_key")), Not(HasSubstr("hemmelig"))))
      << "a private key is not kept";
  EXPECT_THAT(typed_late(page + "/nokkel", {{"navn", "Arkivet"}, {"nokkel", "hemmelig, kanskje"}}),
              AllOf(HasSubstr("value=\"Arkivet\""), HasSubstr(t("error.client.key")), Not(HasSubstr("hemmelig"))))
      << "nor is what nobody can read";
}

TEST_F(InterfacePagesTest, a_supplier_gets_access_and_loses_it_with_what_it_subscribed_to) {
  const auto add = page + "/leverandor";
  const auto supplier = small.registers.organisation("Sirlig Regnskap AS");
  for (const auto language : base::all_languages) {
    EXPECT_THAT(get_as(head, page, language).body, HasSubstr(small.t(language, "interfaces.supplier.none.text")));
    EXPECT_THAT(get_as(head, add, language).body,
                AllOf(HasSubstr(small.t(language, "scope.altinn_events_subscribe")),
                      HasSubstr("altinn:serviceowner/instances.write"),
                      HasSubstr(small.t(language, "interfaces.supplier.scope.help"))));
  }
  const auto give = [&](const std::string& scope) {
    return post_as(head, add, {{"orgnr", " " + supplier.organisation_number}, {"tilgang", scope}});
  };
  // Its page of taking back, of the row that stands first.
  const auto first_end = [&](const std::string& body) {
    const auto from = body.find(add + "/");
    return from == std::string::npos ? std::string() : body.substr(from, body.find('"', from) - from);
  };
  const auto writes = small.get(location(give("altinn:serviceowner/instances.write"))).body;
  EXPECT_THAT(get_as(head, first_end(writes)).body, HasSubstr(t("interfaces.supplier.end.no_subscriptions")));
  small.registers.clock.advance(base::Duration::seconds(1));
  const auto given = give("altinn:events.subscribe");
  EXPECT_EQ(given.status, 303);
  const auto listed = small.get(location(given)).body;
  const auto number = spaced_organisation_number(supplier.organisation_number);
  EXPECT_THAT(listed,
              AllOf(HasSubstr(t("interfaces.supplier.added_now", {{"name", supplier.name}, {"number", number}})),
                    HasSubstr(spaced_organisation_number(supplier.organisation_number)),
                    HasSubstr(t("scope.altinn_events_subscribe")), HasSubstr("altinn:<wbr>events.<wbr>subscribe")));
  const auto again = give("altinn:events.subscribe");
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.body, AllOf(HasSubstr("href=\"#tilgang\""), HasSubstr(t("error.client.given"))));

  const auto theirs = subscribe();
  set("supplier = '" + supplier.organisation_number + "'");
  const auto own = subscribe("dat/avviksmelding");
  for (const auto language : base::all_languages) {
    const auto maker = small.t(language, "interfaces.made_by", {{"supplier", supplier.name}, {"org", "Datatilsynet"}});
    EXPECT_THAT(get_as(clerk, page, language).body, HasSubstr(maker));
    EXPECT_THAT(get_as(clerk, theirs, language).body, HasSubstr(maker));
    EXPECT_THAT(get_as(clerk, own, language).body, Not(HasSubstr(maker)));
  }
  const auto end = first_end(listed);
  ASSERT_FALSE(end.empty());
  for (const auto language : base::all_languages)
    EXPECT_THAT(get_as(head, end, language).body,
                AllOf(HasSubstr(small.t(language, "interfaces.supplier.end.title", {{"name", supplier.name}})),
                      HasSubstr(small.t(language, "interfaces.supplier.end.subscriptions")),
                      HasSubstr("\"" + theirs + "\""), Not(HasSubstr("\"" + own + "\""))));
  EXPECT_EQ(get_as(clerk, end).status, 403);
  EXPECT_EQ(post_as(clerk, end).status, 403);
  EXPECT_EQ(get_as(head, add + "/ingen/trekk").status, 404);
  const auto ended = post_as(head, end);
  EXPECT_EQ(ended.status, 303);
  EXPECT_THAT(small.get(location(ended)).body,
              AllOf(HasSubstr(t("interfaces.supplier.ended_now")), HasSubstr(t("interfaces.supplier.ended")),
                    Not(HasSubstr("\"" + end + "\""))));
  EXPECT_THAT(get_as(head, theirs).body, HasSubstr(t("interfaces.state.ended.text")));
  EXPECT_THAT(get_as(head, own).body, HasSubstr(t("interfaces.state.validating.text")));
  for (const auto& late : {get_as(head, end), post_as(head, end)}) {
    EXPECT_EQ(late.status, 303) << "to the list, which says that it is taken back";
    EXPECT_EQ(location(late), page);
  }
}

TEST_F(InterfacePagesTest, what_is_wrong_with_a_supplier_is_said_at_its_field_and_the_number_stays) {
  const auto add = page + "/leverandor";
  const std::string reads = "altinn:serviceowner/instances.read";
  for (const auto& [bad, code] :
       {std::pair{"", "error.client.no_supplier"}, std::pair{"tull", "error.client.supplier"},
        std::pair{"310000019", "error.client.supplier"}, std::pair{"974761467", "error.client.own_number"}}) {
    const auto refused = post_as(head, add, {{"orgnr", bad}, {"tilgang", reads}});
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_THAT(refused.body, AllOf(HasSubstr("href=\"#orgnr\""), HasSubstr(t(code)),
                                    HasSubstr("value=\"" + std::string(bad)), HasSubstr("checked")))
        << bad;
  }
  const auto no_scope = post_as(head, add, {{"orgnr", "974761467"}});
  EXPECT_EQ(no_scope.status, 400);
  EXPECT_THAT(no_scope.body, AllOf(HasSubstr("href=\"#tilgang\""), HasSubstr("value=\"974761467\""),
                                   HasSubstr(t("interfaces.supplier.scope.none"))));
  EXPECT_THAT(post_as(head, add, {{"orgnr", "tull"}}).body,
              AllOf(HasSubstr("href=\"#orgnr\""), HasSubstr("href=\"#tilgang\"")))
      << "all that is wrong, at once";
  EXPECT_THAT(get_as(head, page).body, HasSubstr(t("interfaces.supplier.none")));
}

TEST_F(InterfacePagesTest, a_subscription_says_how_it_goes_and_is_ended) {
  const auto one = subscribe("dat/avviksmelding", std::string(events::type::high_risk));
  const auto shown = get_as(head, one).body;
  EXPECT_THAT(shown, AllOf(HasSubstr("https://saker.etaten.example/hendelser"), HasSubstr("saker.etaten.example"),
                           HasSubstr(t("interfaces.type.high_risk")), HasSubstr(t("interfaces.state.validating.text")),
                           HasSubstr(t("interfaces.deliveries.none.text")), HasSubstr(t("interfaces.check"))));
  EXPECT_THAT(shown, Not(HasSubstr(t("interfaces.replay.button")))) << "it was never told anything";
  const auto listed = get_as(head, page).body;
  EXPECT_THAT(listed, AllOf(HasSubstr("\"" + one + "\""), HasSubstr(t("interfaces.state.validating")),
                            HasSubstr(">saker.etaten.example/hendelser</a>")))
      << "which of those on one host";
  const auto checked = post_as(head, one + "/proving");
  EXPECT_EQ(checked.status, 303);
  EXPECT_THAT(small.get(location(checked)).body, HasSubstr(t("interfaces.checked_now")));
  const auto ended = post_as(head, one + "/avslutt");
  EXPECT_EQ(ended.status, 303);
  EXPECT_THAT(small.get(location(ended)).body, HasSubstr(t("interfaces.subscription.ended_now")));
  EXPECT_THAT(get_as(head, one).body, AllOf(HasSubstr(t("interfaces.state.ended.text")), Not(HasSubstr("/avslutt\""))));
}

TEST_F(InterfacePagesTest, what_a_receiver_ended_itself_says_so) {
  const auto one = subscribe();
  set("state = 'ended', ended_at = created_at, last_outcome = 'status', last_status = 410");
  for (const auto language : base::all_languages)
    EXPECT_THAT(get_as(head, one, language).body,
                AllOf(HasSubstr(small.t(language, "interfaces.state.gone.text")),
                      Not(HasSubstr(small.t(language, "interfaces.state.ended.text")))));
}

TEST_F(InterfacePagesTest, an_address_that_cannot_be_told_is_refused_at_its_field) {
  for (const auto* bad : {"", "http://saker.etaten.example/", "https://127.0.0.1/", "https://[::1]/",
                          "saker.etaten.example", "https://kari:hemmelig@saker.etaten.example/"}) {
    const auto refused = post_as(head, page + "/abonnement", {{"adresse", bad}, {"skjema", ""}, {"hendelse", ""}});
    EXPECT_GE(refused.status, 400) << bad;
    EXPECT_LT(refused.status, 500) << bad;
    EXPECT_THAT(refused.body, HasSubstr(t("interfaces.subscription.add.text"))) << bad;
  }
  // A post that no page made has no one-time id.
  small.log_in(head);
  EXPECT_EQ(small.post(page + "/abonnement", {{"adresse", "https://saker.etaten.example/"}}).status, 400);
  EXPECT_THAT(get_as(head, page).body, HasSubstr(t("interfaces.subscription.none")));
}

TEST_F(InterfacePagesTest, what_nothing_reaches_stands_first_with_why_in_three_languages) {
  const auto one = subscribe();
  EXPECT_THAT(get_as(clerk, page).body, Not(HasSubstr(t("interfaces.failing"))));
  for (const auto* state :
       {"state = 'active', failing_since = created_at, last_outcome = 'status', last_status = 503",
        "state = 'suspended', last_outcome = 'no_answer', last_status = 0",
        "state = 'refused', last_outcome = 'redirect'", "state = 'refused', last_outcome = 'inside'"}) {
    set(state);
    for (const auto language : base::all_languages) {
      const auto shown = get_as(clerk, page, language).body;
      EXPECT_THAT(shown, AllOf(HasSubstr(small.t(language, "interfaces.failing")), HasSubstr("\"" + one + "\"")))
          << state;
      EXPECT_EQ(get_as(clerk, one, language).status, 200) << state;
    }
  }
  set("state = 'active', failing_since = created_at, last_outcome = 'status', last_status = 503");
  EXPECT_THAT(get_as(clerk, page).body, HasSubstr(t("interfaces.outcome.status", {{"status", "503"}})));
}

TEST_F(InterfacePagesTest, what_went_where_is_listed_and_sent_again) {
  const auto one = subscribe();
  const auto firm = small.registers.organisation("Fjord og Fjell AS");
  const auto instance = base::Uuid::v4(small.registers.random).text();
  const auto now = small.registers.clock.now();
  ASSERT_TRUE(small.registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE event_subscription SET state = 'active'");
    const auto id = store::read_one<std::int64_t>(tx, "SELECT id FROM event_subscription");
    for (const auto seq : {1, 2}) {
      tx.run(
          "INSERT INTO event (org, seq, id, type, happened_at, numbered_at, party_id, organisation, "
          "parent_organisation, app, instance_id, about) VALUES ('dat', ?, ?, 'app.instance.process.completed', ?, ?, "
          "?, ?, '', 'avviksmelding', ?, '')",
          {std::int64_t{seq}, base::Uuid::v4(small.registers.random).text(), now, now, firm.id,
           firm.organisation_number, instance});
      tx.run(
          "INSERT INTO event_delivery (subscription_id, seq, state, attempts, due_at, created_at, tried_at, "
          "last_outcome, last_status) VALUES (?, ?, ?, 3, ?, ?, ?, ?, ?)",
          {id, std::int64_t{seq}, std::string_view(seq == 1 ? "delivered" : "waiting"), now, now, now,
           std::string_view(seq == 1 ? "delivered" : "status"), std::int64_t{seq == 1 ? 200 : 500}});
    }
    return {};
  }));
  const auto shown = get_as(clerk, one).body;
  EXPECT_THAT(shown, AllOf(HasSubstr("/etat/dat/sak/" + firm.uuid.text() + "/" + instance), Not(HasSubstr(firm.name)),
                           HasSubstr(t("interfaces.type.completed")), HasSubstr(t("interfaces.delivery.delivered")),
                           HasSubstr(t("interfaces.outcome.status", {{"status", "500"}})),
                           HasSubstr(small.texts.plural(Language::nb, "interfaces.attempts", 3))));
  for (const auto* bad : {"", "0", "-1", "første", "99999999999999999999"}) {
    const auto refused = post_as(head, one + "/igjen", {{"fra-nummer", bad}});
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_THAT(refused.body, AllOf(HasSubstr("href=\"#fra-nummer\""), HasSubstr(t("error.events.replay_from")),
                                    HasSubstr("<details class=\"ds-details\" open"), HasSubstr(std::string(bad))))
        << bad;
  }
  EXPECT_EQ(location(get_as(head, one + "/igjen")), one) << "where one comes by reloading";
  small.sessions.session.reset();
  EXPECT_EQ(
      small.post(one + "/igjen", {{std::string(View::mark_field), small.kept_posts.mark(head)}, {"fra-nummer", "2"}})
          .status,
      303);
  EXPECT_THAT(get_as(head, one + "/igjen").body,
              AllOf(HasSubstr(t("interfaces.replay.restored")), HasSubstr("value=\"2\"")));
  EXPECT_EQ(location(get_as(head, one + "/igjen")), one) << "once";
  const auto again = post_as(head, one + "/igjen", {{"fra-nummer", " 1 "}});
  EXPECT_EQ(again.status, 303);
  EXPECT_THAT(small.get(location(again)).body, HasSubstr(t("interfaces.replayed_now")));
}

}  // namespace
}  // namespace alting::portal
