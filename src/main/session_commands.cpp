#include "main/session_commands.h"

#include "main/command_list.h"

namespace alting::main {

using base::Json;

namespace {

constexpr std::int64_t max_listed = 1000;

base::Status list(Installation& installation, const PrintLine& print) {
  const auto open = login::open_sessions(installation.folder->database(), installation.clock.now(), max_listed,
                                         session_limits(installation.settings));
  for (const auto& one : open) {
    print(fmt::format("{}  {} {}  level {}  {}  since {}  last seen {}", one.reference,
                      one.kind == terms::ActorKind::organisation ? "organisation" : "person", one.party.text(),
                      static_cast<int>(one.level), one.method, base::to_rfc3339(one.started),
                      base::to_rfc3339(one.last_seen)));
  }
  print(fmt::format("{}{} open", open.size(), static_cast<std::int64_t>(open.size()) == max_listed ? " or more" : ""));
  return {};
}

}  // namespace

base::Status sessions(Installation& installation, const Json& command, const PrintLine& print) {
  login::SessionFilter which;
  which.reference = command.text("end");
  const auto person = command.text("person");
  const auto organisation = command.text("organisation");
  const bool all = command["all"].bool_or(false);
  if (which.reference.empty() && person.empty() && organisation.empty() && !all) return list(installation, print);
  if (!person.empty()) {
    which.party = terms::PartyUuid::parse(person);
    if (!which.party) return base::make_error(base::ErrorKind::invalid, "error.admin", "--person: not a party's UUID");
  }
  if (!organisation.empty()) {
    const auto party = installation.parties->find_organisation(organisation);
    if (!party) return base::make_error(base::ErrorKind::not_found, "error.admin", "no organisation has this number");
    which.party = party->uuid;
  }
  const auto ended = installation.end_sessions(which);
  print(fmt::format("{} ended", ended));
  if (ended == 0 && !all) return base::make_error(base::ErrorKind::not_found, "error.admin", "no such session is open");
  return {};
}

void add_session_commands(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("sessions", "Show who is logged in (without names), or end sessions");
  auto reference = std::make_shared<std::string>();
  auto person = std::make_shared<std::string>();
  auto organisation = std::make_shared<std::string>();
  auto all = std::make_shared<bool>(false);
  auto* one = command->add_option("--end", *reference, "End the session with this reference");
  auto* persons = command->add_option("--end-person", *person, "End all sessions of this person (a party's UUID)");
  auto* organisations = command->add_option("--end-organisation", *organisation,
                                            "End all sessions of this organisation's certificates (its number)");
  auto* everyone = command->add_flag("--end-all", *all, "End every session");
  one->excludes(persons)->excludes(organisations)->excludes(everyone);
  persons->excludes(organisations)->excludes(everyone);
  organisations->excludes(everyone);
  auto where = add_where(command);
  command->callback([=, &status] {
    auto words = Json::object({{"command", "sessions"}});
    if (!reference->empty()) words.set("end", *reference);
    if (!person->empty()) words.set("person", *person);
    if (!organisation->empty()) words.set("organisation", *organisation);
    if (*all) words.set("all", true);
    status = through(*where, words);
  });
}

}  // namespace alting::main
