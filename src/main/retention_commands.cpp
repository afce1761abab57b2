#include "main/retention_commands.h"

#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "base/text.h"
#include "main/command_list.h"
#include "main/rooms.h"

namespace alting::main {

using base::Json;

namespace {

base::Error refused_command(std::string why) {
  return base::make_error(base::ErrorKind::invalid, "error.admin", std::move(why));
}

// A day in Norway, from its beginning, or a moment.
base::Result<base::Instant> moment_from(std::string_view text, std::string_view option) {
  if (base::is_date(text)) {
    const auto number = [&](std::size_t from, std::size_t count) {
      int value = 0;
      for (const auto c : text.substr(from, count)) value = value * 10 + (c - '0');
      return value;
    };
    if (const auto at = base::from_oslo(number(0, 4), number(5, 2), number(8, 2), 0, 0)) return *at;
  }
  if (const auto at = base::from_rfc3339(text)) return *at;
  return refused_command(fmt::format("{}: a day (2027-01-31) or a moment (2027-01-31T12:00:00Z)", option));
}

// One table's line: what goes, and why.
std::string words_of(const privacy::PlannedEnd& end) {
  auto line = fmt::format("{} in {}: ", end.rule, end.table);
  if (end.counted) {
    line += fmt::format("{} now", end.now);
    if (end.held > 0) line += fmt::format(", {} held", end.held);
    line += fmt::format(", {} more in 7 days, {} in 30", end.in_7_days, end.in_30_days);
  } else {
    line += "not counted: its room tells when it ends it";
  }
  if (end.before) line += fmt::format("; what began before {}", base::to_rfc3339(*end.before));
  return line + fmt::format("; job {}; {} ({})", end.job, end.law, end.why);
}

base::Status plan(Installation& installation, const Json& command, const PrintLine& print) {
  auto at = installation.clock.now();
  if (!command.text("at").empty()) {
    ALTING_TRY(wanted, moment_from(command.text("at"), "--at"));
    at = wanted;
  }
  const auto plan = installation.privacy->retention.plan(at);
  const bool all = command["all"].bool_or(false);
  print(fmt::format("at {}, with {} holds in force; nothing is changed", base::to_rfc3339(plan.at), plan.holds));
  std::int64_t now = 0, not_counted = 0;
  for (const auto& end : plan.ends) {
    now += end.now;
    not_counted += end.counted ? 0 : 1;
    if (all || end.now > 0 || end.held > 0 || end.in_7_days > 0 || end.in_30_days > 0) print("  " + words_of(end));
  }
  print(fmt::format("{} rows go now", now));
  if (not_counted > 0)
    print(fmt::format("{} more, whose rows go with those or as their room tells, are not counted (--all names them)",
                      not_counted));
  return {};
}

base::Status run(Installation& installation, const PrintLine& print) {
  const auto jobs = all_jobs(installation);
  // Now and then it is said that it goes on, so that who does not listen any more, or a server that stops, ends it.
  auto said = std::chrono::steady_clock::now();
  const auto done = installation.privacy->retention.run(jobs, [&] {
    if (std::chrono::steady_clock::now() - said < std::chrono::seconds(2)) return true;
    said = std::chrono::steady_clock::now();
    return print("at work");
  });
  std::int64_t all = 0;
  for (const auto& one : done.ended) {
    all += one.ended;
    print(fmt::format("  {}: {}", one.rule, one.ended));
  }
  print(fmt::format("{} ended, {} holds in force", all, done.holds));
  if (done.failed.empty()) return {};
  std::string codes;
  for (const auto& code : done.failed) codes += (codes.empty() ? "" : ", ") + code;
  return base::make_error(base::ErrorKind::unavailable, "error.admin",
                          "these jobs failed, and are tried again: " + codes);
}

base::Status refused_by_engine(const base::Error& error) {
  if (error.code == "error.retention.no_hold")
    return base::make_error(error.kind, "error.admin", "no hold in force has this id");
  return base::make_error(error.kind, "error.admin", error.detail.empty() ? error.code : error.detail);
}

// A hold has one scope: of two that say different things one would be passed over.
base::Status check_one_scope(const Json& command) {
  const auto given = [&](std::string_view name) { return !command.text(name).empty(); };
  if (given("party") && given("organisation"))
    return refused_command("--party and --organisation are two scopes: place one hold for each");
  if (!command["everything"].bool_or(false)) return {};
  for (const std::string_view narrower : {"rule", "party", "organisation", "item"})
    if (given(narrower))
      return refused_command(fmt::format(
          "--everything and --{0} are two scopes: leave out --everything to hold only what --{0} names, or --{0} to "
          "hold everything",
          narrower));
  return {};
}

base::Status place_hold(Installation& installation, const Json& command, const PrintLine& print) {
  ALTING_CHECK(check_one_scope(command));
  privacy::NewHold hold;
  hold.rule = command.text("rule");
  hold.item = command.text("item");
  hold.reason = command.text("reason");
  hold.owner = command.text("owner");
  ALTING_TRY(until, moment_from(command.text("until"), "--until"));
  hold.until = until;
  const auto person = command.text("party"), number = command.text("organisation");
  if (!person.empty()) {
    const auto uuid = terms::PartyUuid::parse(person);
    const auto party = uuid ? installation.parties->find(*uuid) : std::nullopt;
    if (!party) return refused_command("--party: no party has this UUID");
    hold.party = party->id;
  } else if (!number.empty()) {
    const auto party = installation.parties->find_organisation(number);
    if (!party) return refused_command("--organisation: no organisation has this number");
    hold.party = party->id;
  } else if (hold.rule.empty() && hold.item.empty() && !command["everything"].bool_or(false)) {
    return refused_command("say what is held, with --rule, --party, --organisation or --everything");
  }
  const auto placed = installation.privacy->retention.place(hold, installation.clock.now());
  if (!placed) return refused_by_engine(placed.error());
  print(fmt::format("held: {}", *placed));
  return {};
}

void list_holds(Installation& installation, const PrintLine& print) {
  const auto holds = installation.privacy->retention.holds(installation.clock.now());
  for (const auto& one : holds) {
    std::string what = one.rule.empty() ? "every rule but the log's" : one.rule;
    if (one.party) {
      const auto party = installation.parties->find(*one.party);
      what += fmt::format(", of {}", party ? party->uuid.text() : std::string("unknown"));
    }
    if (!one.item.empty()) what += ", item " + one.item;
    print(fmt::format("{}  {}  until {}  {}: {}", one.id, what, base::to_rfc3339(one.until),
                      base::one_line(one.owner, 200), base::one_line(one.reason, 1000)));
  }
  print(fmt::format("{} in force", holds.size()));
}

// At another time than now: by itself, with a clock that stands there.
base::Status run_at(const Settings& settings, base::Instant at) {
  const auto now = base::SystemClock().now();
  if (at > now && settings.data.mode == terms::Mode::production)
    return refused_command(
        "--at: in production only what has ended by now is ended; `retention plan --at` shows the rest");
  if (is_served(settings.data.path))
    return refused_command("--at: stop the server first; a run at another time has a clock of its own");
  ALTING_TRY(installation, Installation::open(settings, at - now));
  return run(*installation, [](const std::string& line) {
    std::cout << line << "\n";
    return true;
  });
}

}  // namespace

base::Status retention_command(Installation& installation, const Json& command, const PrintLine& print) {
  const auto what = command.text("what");
  auto& retention = installation.privacy->retention;
  const auto now = installation.clock.now();
  if (what == "plan") return plan(installation, command, print);
  if (what == "run") return run(installation, print);
  if (what == "hold") return place_hold(installation, command, print);
  if (what == "holds") {
    list_holds(installation, print);
    return {};
  }
  if (what == "renew") {
    ALTING_TRY(until, moment_from(command.text("until"), "--until"));
    if (const auto done = retention.renew(command.text("id"), until, now); !done)
      return refused_by_engine(done.error());
    print("renewed");
    return {};
  }
  if (what == "lift") {
    if (const auto done = retention.lift(command.text("id"), now); !done) return refused_by_engine(done.error());
    print("lifted");
    return {};
  }
  return refused_command("unknown: " + std::string(what));
}

void add_retention_commands(CLI::App& app, int& status) {
  auto* command =
      app.add_subcommand("retention", "How long everything stays: what is due, ending it, and what is held");
  command->require_subcommand(1);

  auto* plan_command = command->add_subcommand("plan", "Show what would go by which rule, and why; changes nothing");
  auto plan_at = std::make_shared<std::string>();
  auto plan_all = std::make_shared<bool>(false);
  plan_command->add_option("--at", *plan_at, "At this time (2027-01-31, or with the hour), also one to come");
  plan_command->add_flag("--all", *plan_all, "Also the rules that end nothing in the next 30 days");
  auto plan_where = add_where(plan_command);
  plan_command->callback([=, &status] {
    status = through(*plan_where,
                     Json::object({{"command", "retention"}, {"what", "plan"}, {"at", *plan_at}, {"all", *plan_all}}));
  });

  auto* run_command = command->add_subcommand("run", "End now what has ended, as the jobs do by themselves every hour");
  auto run_at_time = std::make_shared<std::string>();
  run_command->add_option("--at", *run_at_time,
                          "As if it were this time, without a server; one to come in test mode only");
  auto run_where = add_where(run_command);
  run_command->callback([=, &status] {
    if (run_at_time->empty()) {
      status = through(*run_where, Json::object({{"command", "retention"}, {"what", "run"}}));
      return;
    }
    const auto at = moment_from(*run_at_time, "--at");
    const auto settings = run_where->settings();
    if (!at || !settings)
      status = finish(base::Status(!at ? at.error() : settings.error()));
    else
      status = finish(run_at(*settings, *at));
  });

  auto* hold_command = command->add_subcommand("hold", "Hold something back from ending; it lapses at a day");
  struct Hold {
    std::string rule, party, organisation, item, reason, owner, until;
    bool everything = false;
  };
  auto hold = std::make_shared<Hold>();
  hold_command->add_option("--rule", hold->rule, "A rule's id; without one every rule but those of the log");
  hold_command->add_option("--party", hold->party, "Only what this party has (its UUID)");
  hold_command->add_option("--organisation", hold->organisation, "Only what this organisation has (its number)");
  hold_command->add_option("--item", hold->item, "Only this form or message of the party (its id)");
  hold_command->add_flag("--everything", hold->everything,
                         "All that every rule but those of the log ends; with none of the others");
  hold_command->add_option("--reason", hold->reason, "Why, without names")->required();
  hold_command->add_option("--owner", hold->owner, "Who answers for it")->required();
  hold_command->add_option("--until", hold->until, "When it lapses unless it is renewed: in 366 days at the latest")
      ->required();
  auto hold_where = add_where(hold_command);
  hold_command->callback([=, &status] {
    status = through(*hold_where, Json::object({{"command", "retention"},
                                                {"what", "hold"},
                                                {"rule", hold->rule},
                                                {"party", hold->party},
                                                {"organisation", hold->organisation},
                                                {"item", hold->item},
                                                {"everything", hold->everything},
                                                {"reason", hold->reason},
                                                {"owner", hold->owner},
                                                {"until", hold->until}}));
  });

  auto* holds_command = command->add_subcommand("holds", "Show the holds that are in force");
  auto holds_where = add_where(holds_command);
  holds_command->callback(
      [=, &status] { status = through(*holds_where, Json::object({{"command", "retention"}, {"what", "holds"}})); });

  auto* renew_command = command->add_subcommand("renew", "Let a hold last longer");
  auto renew_id = std::make_shared<std::string>();
  auto renew_until = std::make_shared<std::string>();
  renew_command->add_option("id", *renew_id, "The hold")->required();
  renew_command->add_option("--until", *renew_until, "When it lapses now")->required();
  auto renew_where = add_where(renew_command);
  renew_command->callback([=, &status] {
    status = through(
        *renew_where,
        Json::object({{"command", "retention"}, {"what", "renew"}, {"id", *renew_id}, {"until", *renew_until}}));
  });

  auto* lift_command = command->add_subcommand("lift", "End a hold now");
  auto lift_id = std::make_shared<std::string>();
  lift_command->add_option("id", *lift_id, "The hold")->required();
  auto lift_where = add_where(lift_command);
  lift_command->callback([=, &status] {
    status = through(*lift_where, Json::object({{"command", "retention"}, {"what", "lift"}, {"id", *lift_id}}));
  });
}

}  // namespace alting::main
