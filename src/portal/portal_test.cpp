#include "portal/portal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/access_pages.h"
#include "portal/activity_pages.h"
#include "portal/profile_pages.h"
#include "portal/testing/small_portal.h"
#include "portal/verify_pages.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// "label > address", with a star where one is, of the links with this class.
std::vector<std::string> links(const std::string& page, std::string_view list, std::string_view class_name) {
  std::vector<std::string> found;
  const auto begin = page.find(list);
  if (begin == std::string::npos) return found;
  const auto end = page.find("</ul>", begin);
  const auto mark = fmt::format("<a class=\"{}\" href=\"", class_name);
  for (auto at = page.find(mark, begin); at < end; at = page.find(mark, at + 1)) {
    const auto href = at + mark.size(), close = page.find('>', href), words = close + 1;
    const auto tag = page.substr(href, close - href);
    found.push_back(fmt::format("{} > {}{}", page.substr(words, page.find("</a>", words) - words),
                                tag.substr(0, tag.find('"')), tag.contains("aria-current") ? " *" : ""));
  }
  return found;
}
std::vector<std::string> menu(const std::string& page) { return links(page, "class=\"main-menu\"", "main-link"); }
std::vector<std::string> footer(const std::string& page) { return links(page, "class=\"footer-links\"", "ds-link"); }
std::vector<std::string> person_menu(const std::string& page) {
  return links(page, "class=\"menu-list\"", "menu-link");
}

class PortalTest : public ::testing::Test {
 protected:
  // Three page sets, each with what it needs; the log of a test remembers, and the forms are those that come along.
  void open_all() {
    small.open({activity_pages({.apps = apps, .ledger = small.ledger}), verify_pages({.ledger = small.ledger}),
                profile_pages(),
                access_pages({.apps = apps,
                              .delegations = small.access->delegations(),
                              .certificates = small.access->certificates()})});
  }
  std::string t(Language language, std::string_view id) { return small.t(language, id); }

  testing::SmallPortal small;
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
  terms::Actor manager = small.registers.actor("manager");
  const std::string own = "/a/" + manager.party_uuid.text();
};

TEST_F(PortalTest, shows_nobody_the_footer_and_no_entry_that_needs_a_login) {
  open_all();
  for (const auto language : base::all_languages) {
    const auto page = small.get("/kvittering", language);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr(t(language, "verify.title")));
    EXPECT_THAT(menu(page.body), IsEmpty());
    EXPECT_THAT(footer(page.body), ElementsAre(t(language, "footer.verify") + " > /kvittering"));
    EXPECT_THAT(person_menu(page.body), IsEmpty());
  }
}

TEST_F(PortalTest, shows_somebody_the_entries_in_their_order_and_marks_where_one_is) {
  open_all();
  small.log_in(manager);
  for (const auto language : base::all_languages) {
    const auto access = t(language, "menu.access"), activity = t(language, "menu.activity");
    const auto of_party = small.get(own + "/tilgang", language);
    EXPECT_EQ(of_party.status, 200);
    EXPECT_THAT(menu(of_party.body),
                ElementsAre(access + " > " + own + "/tilgang *", activity + " > " + own + "/aktivitet"));
    // Of oneself as long as no party is in the address.
    EXPECT_THAT(menu(small.get("/aktivitet", language).body),
                ElementsAre(access + " > " + own + "/tilgang", activity + " > " + own + "/aktivitet *"));
    // A page that stands under no entry, and a refusal, mark none.
    const std::vector<std::string> none{access + " > " + own + "/tilgang", activity + " > " + own + "/aktivitet"};
    EXPECT_EQ(menu(small.get("/profil", language).body), none);
    const auto refused = small.get("/a/" + base::Uuid::v4(small.registers.random).text() + "/aktivitet", language);
    EXPECT_EQ(refused.status, 404);
    EXPECT_EQ(menu(refused.body), none);
    EXPECT_THAT(person_menu(of_party.body), ElementsAre(t(language, "menu.profile") + " > /profil",
                                                        t(language, "menu.my_activity") + " > /aktivitet"));
  }
}

TEST_F(PortalTest, fills_the_menu_with_the_party_that_one_acts_for) {
  open_all();
  small.log_in(manager);
  const auto firm = small.registers.organisation("Fjord og Fjell AS");
  const auto base = "/a/" + firm.uuid.text();
  const auto page = small.get(base + "/aktivitet");
  ASSERT_EQ(page.status, 200);
  EXPECT_THAT(menu(page.body), ElementsAre("Tilgang > " + base + "/tilgang", "Aktivitet > " + base + "/aktivitet *"));
  EXPECT_THAT(page.body, HasSubstr("/aktor?til=/aktivitet"));  // changing party, one comes to the same place
  // What was typed for one party is not another's.
  EXPECT_THAT(small.get(base + "/tilgang/gi").body, HasSubstr("/aktor?til=/tilgang\""));
}

TEST_F(PortalTest, asks_who_one_is_before_it_asks_a_page) {
  open_all();
  for (const auto& path : {std::string("/aktivitet"), own + "/aktivitet", std::string("/profil")}) {
    const auto answer = small.get(path);
    EXPECT_EQ(answer.status, 303) << path;
    EXPECT_THAT(answer.headers,
                ::testing::Contains(std::pair<std::string, std::string>("Location", "/logg-inn?til=" + path)));
  }
  small.log_in(small.registers.actor("employee"));
  const auto theirs = small.get(own + "/aktivitet");
  EXPECT_EQ(theirs.status, 403);
  EXPECT_EQ(theirs.refused_for, "error.access.forbidden");
  EXPECT_THAT(theirs.body, Not(HasSubstr(manager.name)));
}

TEST_F(PortalTest, reads_forms_again_for_the_pages_that_show_them_and_for_no_other) {
  int read = 0;
  auto site = small.site();
  site.before_forms = [&read] { ++read; };
  auto forms = verify_pages({.ledger = small.ledger});
  forms.shows_forms = true;
  small.portal = std::make_unique<Portal>(site, small.assets, std::vector<PageSet>{profile_pages(), std::move(forms)});
  small.portal->add_routes(small.router);
  small.log_in(manager);
  EXPECT_EQ(small.get("/profil").status, 200);
  EXPECT_EQ(read, 0);
  EXPECT_EQ(small.get("/kvittering").status, 200);
  EXPECT_EQ(read, 1);
}

TEST_F(PortalTest, says_of_each_route_whom_it_answers) {
  open_all();
  std::map<std::string, web::Audience> whom;
  for (const auto& route : small.router.routes()) whom[route.pattern] = route.audience;
  EXPECT_EQ(whom.at("/kvittering"), web::Audience::anyone);
  EXPECT_EQ(whom.at("/profil"), web::Audience::person);
  EXPECT_EQ(whom.at("/a/{party}/tilgang"), web::Audience::party);
}

TEST_F(PortalTest, shows_an_agencys_staff_what_is_theirs_alone) {
  auto set = profile_pages();
  set.menu = {{.key = "queues", .text = "menu.forms", .order = 10, .each = [](const View& view, bool current) {
                 return std::vector<ui::NavLink>{{view.actor().name, "/etat/dat", current}};
               }}};
  set.menu_entry = "queues";
  small.open({std::move(set), verify_pages({.ledger = small.ledger})});
  EXPECT_THAT(menu(small.get("/kvittering").body), IsEmpty());
  small.log_in(manager);
  EXPECT_THAT(menu(small.get("/profil").body), ElementsAre(manager.name + " > /etat/dat *"));
}

TEST_F(PortalTest, shows_the_staffs_pages_of_a_set_under_an_entry_of_their_own) {
  auto set = profile_pages();
  set.menu = {{.key = "queues", .text = "menu.forms", .order = 10, .each = [](const View&, bool current) {
                 return std::vector<ui::NavLink>{{"Saker", "/etat/dat", current}};
               }}};
  set.staff_entry = "queues";
  set.routes.push_back(
      staff_page(web::Method::get, "/etat/{org}/noe", [](View& view) { return view.show({.title = "Noe"}, {}); }));
  small.open({std::move(set), verify_pages({.ledger = small.ledger})});
  small.log_in(manager);
  EXPECT_THAT(menu(small.get("/profil").body), ElementsAre("Saker > /etat/dat"));
  EXPECT_THAT(menu(small.get("/etat/dat/noe").body), ElementsAre("Saker > /etat/dat *"));
}

TEST_F(PortalTest, offers_the_login_with_a_form_that_came_too_late_when_nobody_is_logged_in) {
  open_all();
  Request request;
  request.method = web::Method::post;
  request.path = request.raw_target = "/profil";
  const std::string log_in = "<a class=\"ds-button\" data-variant=\"primary\" href=\"/logg-inn";
  const auto body = [&] {
    const auto page =
        small.router.error(request, base::make_error(base::ErrorKind::forbidden, "error.anti_forgery")).body;
    return page.substr(page.find("<main"));
  };
  EXPECT_THAT(body(), AllOf(HasSubstr(log_in), HasSubstr(small.t(Language::nb, "error.reopen"))));
  small.log_in(manager);
  EXPECT_THAT(body(), AllOf(Not(HasSubstr(log_in)), HasSubstr(small.t(Language::nb, "error.reopen"))));
}

TEST_F(PortalTest, frames_what_other_rooms_show_and_what_is_not_there) {
  open_all();
  Request request;
  request.path = request.raw_target = "/logg-inn/svar";
  const auto framed =
      small.portal->framed(request, "Innlogging", html::el("h1", html::text("Et øyeblikk")), 403, "/videre");
  EXPECT_EQ(framed.status, 403);
  EXPECT_THAT(framed.body, AllOf(HasSubstr("Et øyeblikk"), HasSubstr("/kvittering"), HasSubstr("Etaten"),
                                 HasSubstr("<title>" + small.t(Language::nb, "site.error_word") + ": ")));
  EXPECT_THAT(framed.headers, ::testing::Contains(std::pair<std::string, std::string>("Refresh", "0; url=/videre")));

  small.log_in(manager);
  const auto lost = small.get("/finnes-ikke");
  EXPECT_EQ(lost.status, 404);
  EXPECT_THAT(lost.body, HasSubstr(manager.name));  // who is logged in stays so
}

}  // namespace
}  // namespace alting::portal
