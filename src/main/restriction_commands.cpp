#include "main/restriction_commands.h"

#include <algorithm>

#include "access/restrictions.h"
#include "main/command_list.h"
#include "main/request_commands.h"
#include "privacy/make_privacy.h"

namespace alting::main {

using base::Json;

namespace {

base::Error refused_restriction(const base::Error& error) {
  std::string why = error.code;
  if (error.code == "error.restriction.name") why = "--by: who decided it, 2 to 100 letters";
  if (error.code == "error.restriction.day") why = "--day: a day from tomorrow to a year ahead, as 2026-12-31";
  if (error.code == "error.restriction.ground") why = "--ground: contested, unlawful, claims or objection";
  if (error.code == "error.restriction.unknown") why = "there is no such restriction in force";
  return base::make_error(error.kind, "error.admin", why);
}

base::Error no_such(std::string_view what) {
  return base::make_error(base::ErrorKind::invalid, "error.admin", std::string(what));
}

void list_all(Installation& installation, const PrintLine& print) {
  const auto waiting = list_requests(installation, print);
  const auto all = installation.access->restrictions().of_controller({});
  for (const auto& one : all) {
    const auto party = installation.parties->find(one.party);
    const auto end = one.lifted_at ? ", lifted " + base::to_date_oslo(*one.lifted_at)
                     : one.lift_at ? ", will be lifted " + base::to_date_oslo(*one.lift_at)
                                   : std::string();
    print(fmt::format("restricted {} {} of {}{}, since {}{}", one.id.text(), one.ground,
                      party ? party->uuid.text() : "-", one.item.empty() ? "" : ", only " + one.item,
                      base::to_date_oslo(one.since), end));
  }
  print(fmt::format("{} waiting, {} restricted; `alting requests show ID` says what one asks", waiting,
                    std::ranges::count_if(all, [](const auto& one) { return !one.lifted_at; })));
}

base::Status impose_as_operator(Installation& installation, const Json& command) {
  ALTING_TRY(request, request_of(installation, command));
  if (request.kind != privacy::RequestKind::restriction) return no_such("the request asks for something else");
  const std::string by(command.text("by"));
  const auto now = installation.clock.now();
  const std::string ground(command.text("ground").empty() ? std::string_view(request.ground) : command.text("ground"));
  const auto imposing = installation.access->restrictions().prepare(
      {nullptr, by},
      {.party = request.party, .item = request.target.item, .ground = ground, .request = request.id.text()}, now);
  if (!imposing) return refused_restriction(imposing.error());
  return answer_request(installation, request,
                        {.granted = true, .refusal = {}, .words = std::string(command.text("words"))}, by, *imposing);
}

base::Status refuse_as_operator(Installation& installation, const Json& command) {
  ALTING_TRY(request, request_of(installation, command));
  return answer_request(
      installation, request,
      {.granted = false, .refusal = std::string(command.text("reason")), .words = std::string(command.text("words"))},
      command.text("by"));
}

base::Status announce_as_operator(Installation& installation, const Json& command) {
  const auto id = access::RestrictionId::parse(command.text("restriction"));
  if (!id) return no_such("there is no such restriction in force");
  std::optional<base::Instant> day;
  if (const auto text = command.text("day"); !text.empty()) {
    const auto at = base::is_date(text) ? base::from_rfc3339(std::string(text) + "T00:00:00Z") : std::nullopt;
    if (!at) return no_such("--day: a day, as 2026-12-31");
    const auto local = base::to_oslo(*at);
    day = base::from_oslo(local.year, local.month, local.day, 0, 0);
  }
  const auto done = installation.access->restrictions().announce_lift({nullptr, std::string(command.text("by"))}, *id,
                                                                      day, installation.clock.now(),
                                                                      base::Uuid::v4(installation.random).text());
  if (!done) return refused_restriction(done.error());
  return {};
}

}  // namespace

base::Status restriction_command(Installation& installation, const Json& command, const PrintLine& print) {
  const auto act = command.text("act");
  if (act == "list") {
    list_all(installation, print);
    return {};
  }
  if (act == "lift") {
    print(fmt::format("{} lifted", installation.access->restrictions().lift_due()));
    return {};
  }
  base::Status done = no_such("list, impose, refuse, announce or lift");
  if (act == "impose") done = impose_as_operator(installation, command);
  if (act == "refuse") done = refuse_as_operator(installation, command);
  if (act == "announce") done = announce_as_operator(installation, command);
  if (done) print("done");
  return done;
}

void add_restriction_commands(CLI::App& app, int& status) {
  auto* group = app.add_subcommand("restriction",
                                   "Requests to who runs the portal, and what of its own data is restricted (art. 18)");
  group->require_subcommand(1);
  struct Words {
    std::string request, restriction, ground, reason, words, by, day;
  };
  const auto add = [&](std::string act, const char* help, bool of_request, const auto& options) {
    auto words = std::make_shared<Words>();
    auto* command = group->add_subcommand(act, help);
    if (of_request) {
      command->add_option("--request", words->request, "The request, as `restriction list` has it")->required();
      command->add_option("--words", words->words, "What the one who asked is told besides");
    }
    options(*command, *words);
    auto where = add_where(command);
    command->callback([=, &status] {
      status = through(*where, Json::object({{"command", "restriction"},
                                             {"act", act},
                                             {"request", words->request},
                                             {"restriction", words->restriction},
                                             {"ground", words->ground},
                                             {"reason", words->reason},
                                             {"words", words->words},
                                             {"by", words->by},
                                             {"day", words->day}}));
    });
  };
  const auto by = [](CLI::App& command, Words& words) {
    command.add_option("--by", words.by, "Who decided it: the person's name, which stands in the log")->required();
  };
  add("list", "Say which requests wait, and what is restricted", false, [](CLI::App&, Words&) {});
  add("impose", "Grant a request for restriction: the data are stored, and nothing else", true,
      [&](CLI::App& command, Words& words) {
        command.add_option("--ground", words.ground,
                           "contested, unlawful, claims or objection; else the request's own");
        by(command, words);
      });
  add("refuse", "Refuse a request", true, [&](CLI::App& command, Words& words) {
    command.add_option("--reason", words.reason, "The code of why, as law_requires")->required();
    by(command, words);
  });
  add("announce", "Say when a restriction will be lifted; the party is told now", false,
      [&](CLI::App& command, Words& words) {
        command.add_option("--restriction", words.restriction, "Which, as `restriction list` has it")->required();
        command.add_option("--day", words.day, "The day, as 2026-12-31; else restriction.notice_days from now");
        by(command, words);
      });
  add("lift", "Lift now what was announced and whose day has come, as the job does", false, [](CLI::App&, Words&) {});
}

}  // namespace alting::main
