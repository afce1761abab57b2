#include "privacy/copy_telling.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "access/requests.h"
#include "access/roles.h"
#include "base/text.h"
#include "base/time.h"
#include "forms/path.h"
#include "inbox/message.h"
#include "ledger/event_kind.h"

namespace alting::privacy {
namespace {

constexpr int max_told_depth = 40;
constexpr std::size_t most_questions = 2'000;

constexpr auto for_the_system = std::to_array<std::string_view>(
    {"draft_key_kept", "erased_key", "key_wrap", "login_certificate_turn", "message_count", "party_unnamed",
     "person_lookup_failure", "portal_user", "quota_spent", "store_once"});

// Columns that say nothing to who reads, beside those that end as below.
constexpr auto told_to_programs = std::to_array<std::string_view>(
    {"access_version", "app_version",  "commitment", "digest",      "element_id", "epoch",
     "fingerprint",    "generation",   "id",         "jwk",         "keys_at",    "place",
     "keys_erased_to", "leased_until", "log",        "merged_into", "party_uuid", "position",
     "search",         "search_words", "seq",        "serial",      "sha256",     "shares_key",
     "sort_name",      "stepped_at",   "touched_at", "tries",       "turn",       "uuid",
     "version",        "wrap",         "wraps"});
constexpr std::array<std::string_view, 4> ends_of_those{"_id", "_entry", "_key", "_hash"};

bool is_for_programs(std::string_view column) {
  return std::ranges::find(told_to_programs, column) != told_to_programs.end() ||
         std::ranges::any_of(ends_of_those, [&](auto end) { return column.ends_with(end); });
}

// Where texts of pages say the codes of a column; "" is any table.
struct CodesOf {
  std::string_view type, column, texts;
};
constexpr std::array codes_of{CodesOf{"rights_request", "kind", "rights.kind."},
                              CodesOf{"rights_request", "state", "rights.state."},
                              CodesOf{"rights_request", "ground", "restriction.ground."},
                              CodesOf{"rights_request", "refusal", "rights.refused."},
                              CodesOf{"access_restriction", "ground", "restriction.ground."},
                              CodesOf{"access_restriction_opening", "ground", "restriction.opening."},
                              CodesOf{"access_request", "reason", "access_request.reason."},
                              CodesOf{"notify_order", "reason", "sending.notice.reason."},
                              CodesOf{"notify_attempt", "outcome", "mailbox.notice.outcome."},
                              CodesOf{"notify_attempt", "source", "mailbox.notice.source."},
                              CodesOf{"bounced_address", "source", "mailbox.notice.source."},
                              CodesOf{"contact_look_up", "purpose", "contact.purpose."},
                              CodesOf{"event_subscription", "state", "interfaces.state."},
                              CodesOf{"event_subscription", "last_outcome", "interfaces.outcome."},
                              CodesOf{"", "opened_ground", "copies.code.ground."},
                              CodesOf{"", "confirmed_ground", "copies.code.ground."},
                              CodesOf{"", "folder", "copies.code.folder."},
                              CodesOf{"", "scan", "copies.code.scan."},
                              CodesOf{"", "channel", "copies.code.channel."},
                              CodesOf{"", "reply", "copies.code.reply."},
                              CodesOf{"", "gone_by", "copies.code.gone_by."},
                              CodesOf{"", "language", "language."}};

// 1 or 0 as they are stored.
constexpr auto yes_or_no = std::to_array<std::string_view>({"accepted",
                                                            "bankrupt",
                                                            "by_estate",
                                                            "confidential",
                                                            "dead",
                                                            "deleted",
                                                            "dissolving",
                                                            "email_shared",
                                                            "fills_and_sends",
                                                            "for_person",
                                                            "hidden",
                                                            "ignore_reservation",
                                                            "include_subunits",
                                                            "is_protected",
                                                            "late",
                                                            "may_have_gone_twice",
                                                            "mobile_shared",
                                                            "must_confirm",
                                                            "notify",
                                                            "reserved",
                                                            "slow",
                                                            "sub_units",
                                                            "urgent"});

// Persons whom the pages of the portal name to whom the copy is of.
struct MetIn {
  std::string_view type, column;
};
constexpr std::array met_in{MetIn{"delegation_given", "to_party"}, MetIn{"delegation_received", "from_party"},
                            MetIn{"access_request", "party"}, MetIn{"access_request", "person"}};

bool is_of_log(std::string_view type) { return type == "ledger_entry" || type == "ledger_concerned"; }

// Microseconds since 1970, as moments are kept, are a day and a time of day for who reads; the lines have the number.
std::string number_in_words(const base::Json& value, base::Language language) {
  constexpr std::int64_t first = 1'000'000'000'000'000, last = 10'000'000'000'000'000;  // 2001 to 2286
  const auto number = value.integer_or(0);
  return number < first || number >= last
             ? value.number_text()
             : base::format_local(base::Instant{number}, base::TimeStyle::compact, language);
}

}  // namespace

bool is_for_the_system(std::string_view type) {
  return std::ranges::find(for_the_system, type) != for_the_system.end();
}

void CopyTelling::begin(std::string_view type, const terms::Table& table) {
  party_columns_.clear();
  if (type == "favourite_party" || type == "recent_party") party_columns_.emplace("party");
  for (const auto& subject : table.subjects)
    if (subject.table.empty() && !subject.column.empty() && subject.column != "id" &&
        subject.form == terms::SubjectForm::party_id)
      party_columns_.emplace(subject.column);
}

std::string CopyTelling::title_of(std::string_view type) const {
  const auto id = fmt::format("copies.type.{}", type);
  return texts_.has(id) ? word(id) : base::replace_all(std::string(type), "_", " ");
}

std::string CopyTelling::label_of(std::string_view name) const {
  const auto id = fmt::format("copies.column.{}", name);
  return texts_.has(id) ? word(id) : base::replace_all(std::string(name), "_", " ");
}

std::string CopyTelling::agency_name(std::string_view org) const {
  auto name = names_.agency ? names_.agency(org) : std::string();
  return name.empty() ? std::string(org) : name;
}

std::shared_ptr<const forms::App> CopyTelling::app_of(std::string_view org, std::string_view app) const {
  if (!names_.app || org.empty() || app.empty()) return nullptr;
  return names_.app({std::string(org), std::string(app)});
}

// Of "dat/brev", "app:dat/brev" and "confidential:dat/brev".
std::string CopyTelling::service_in_words(std::string_view service) const {
  const auto id = terms::AppId::parse(service.substr(service.find(':') + 1));
  const auto app = id ? app_of(id->org, id->app) : nullptr;
  return app ? app->title(language_) : std::string(service);
}

std::string CopyTelling::party_in_words(std::string_view type, std::string_view column, std::int64_t party) const {
  const bool is_met =
      std::ranges::any_of(met_in, [&](const auto& one) { return one.type == type && one.column == column; });
  auto name = names_.party ? names_.party(party, is_met) : std::string();
  return name.empty() ? texts_.format(language_, "copies.another_party", {{"number", std::to_string(party)}}) : name;
}

std::optional<std::string> CopyTelling::code_in_words(std::string_view type, std::string_view column,
                                                      const base::Json& value) const {
  if (party_columns_.contains(column) && value.is_number()) return party_in_words(type, column, value.integer_or(0));
  auto code = std::string(value.is_string() ? value.as_string() : value.is_number() ? value.number_text() : "");
  if (code.empty()) return std::nullopt;
  if (value.is_number() && (code == "0" || code == "1") && std::ranges::find(yes_or_no, column) != yes_or_no.end())
    return word(code == "1" ? "copies.yes" : "copies.no");
  if (type == "access_request" && column == "state" && value.is_number()) {
    const auto number = value.integer_or(-1);
    if (number < 0 || number > static_cast<std::int64_t>(access::RequestState::withdrawn)) return std::nullopt;
    return word(fmt::format("access_request.state.{}", access::to_text(static_cast<access::RequestState>(number))));
  }
  if (!value.is_string() && type != "party" && column != "actor_kind") return std::nullopt;
  if (column == "org") return agency_name(code);
  if (column == "service" || column == "resource") return service_in_words(code);
  if (column == "role" || column == "opened_role" || column == "confirmed_role")
    return access::role_name(code, language_);
  if (column == "kind")
    if (const auto kind = ledger::event_kind_from(code)) return word(ledger::info(*kind).text_id);
  const auto said = [&](const std::string& id) {
    return texts_.has(id) && word(id).find('{') == std::string::npos ? std::optional(word(id)) : std::nullopt;
  };
  for (const auto& one : codes_of)
    if (one.column == column && (one.type.empty() || one.type == type))
      return said(fmt::format("{}{}", one.texts, code));
  return said(fmt::format("copies.code.{}.{}.{}", type, column, code));
}

std::string CopyTelling::name_of(std::string_view type, const base::Json& record) const {
  const auto kind = is_of_log(type)             ? record["body"]["entry"].text("kind")
                    : type == "ledger_activity" ? record.text("kind")
                                                : std::string_view();
  if (const auto known = ledger::event_kind_from(kind)) return word(ledger::info(*known).text_id);
  for (const auto* column : {"content", "caption"})
    if (const auto* said = record.find(column); said != nullptr && said->is_object() && !said->text("title").empty())
      return std::string(said->text("title"));
  const auto app = app_of(record.text("org"), record.text("app"));
  return app ? app->title(language_) : std::string(record.text("file_name"));
}

std::string CopyTelling::leaf_in_words(const base::Json& value) const {
  if (value.is_bool()) return word(value.as_bool() ? "copies.yes" : "copies.no");
  if (value.is_number()) return number_in_words(value, language_);
  if (!value.is_string()) return {};
  const auto at = base::from_rfc3339(value.as_string());
  return at ? base::format_local(*at, base::TimeStyle::compact, language_) : std::string(value.as_string());
}

void CopyTelling::tell(inbox::ArchivePage& page, const std::string& label, const base::Json& value, int depth) const {
  if (value.is_null() || depth > max_told_depth) return;
  if (value.is_object()) {
    for (const auto& [name, inner] : value.members())
      tell(page, label.empty() ? label_of(name) : label + ", " + label_of(name), inner, depth + 1);
  } else if (value.is_array()) {
    std::size_t number = 0;
    for (const auto& inner : value.items()) {
      ++number;
      tell(page, inner.is_object() ? fmt::format("{} {}", label, number) : label, inner, depth + 1);
    }
  } else {
    page.fact(label, leaf_in_words(value));
  }
}

void CopyTelling::tell_column(inbox::ArchivePage& page, std::string_view type, const std::string& name,
                              const base::Json& value) const {
  if (const auto words = code_in_words(type, name, value))
    page.fact(label_of(name), *words);
  else
    tell(page, label_of(name), value);
}

std::string CopyTelling::question(const forms::App& app, const std::string& path) const {
  if (questions_.size() >= most_questions) questions_.clear();
  const auto [place, is_new] = questions_.try_emplace(app.facts().id.text() + " " + path);
  if (is_new) place->second = app.label(language_, path);
  return place->second;
}

// What the form asks, and what was answered. A field that the form has no more is told by its path.
void CopyTelling::tell_answers(inbox::ArchivePage& page, const forms::App& app, const base::Json& data,
                               const std::string& path, const base::Json& value, int depth) const {
  if (value.is_null() || depth > max_told_depth) return;
  if (value.is_object()) {
    for (const auto& [name, inner] : value.members())
      tell_answers(page, app, data, forms::member_of(path, name), inner, depth + 1);
    return;
  }
  if (value.is_array() && value.size() > 0 && value.items().front().is_object()) {
    std::size_t row = 0;
    for (const auto& inner : value.items())
      tell_answers(page, app, data, fmt::format("{}[{}]", path, row++), inner, depth + 1);
    return;
  }
  const auto words = app.in_words(language_, path, value, data);
  if (!words.empty()) page.fact(question(app, path), words);
}

// docs/submission-format.md
void CopyTelling::tell_form(inbox::ArchivePage& page, const forms::App& app, const base::Json& content) const {
  const auto& data = content["data"];
  page.fact(label_of("text"), content.text("text"));
  if (data.is_object()) tell_answers(page, app, data, "", data, 0);
  const auto nothing = base::Json::object();
  const auto& about = content["about"];
  if (about.is_object())
    for (const auto& [path, value] : about.members())
      page.fact(question(app, path), app.in_words(language_, path, value, nothing));
  const auto each = [&](const char* name, const std::function<void(const std::string&, const base::Json&)>& take) {
    const auto& list = content[name];
    if (!list.is_array()) return;
    for (const auto& one : list.items())
      if (const std::string path(one.text("path")); !path.empty()) take(path, one);
  };
  each("changes", [&](const std::string& path, const base::Json& one) {
    page.fact(question(app, path), app.in_words(language_, path, one["after"], nothing));
    page.fact(question(app, path) + ", " + label_of("was"), app.in_words(language_, path, one["before"], nothing));
  });
  each("later", [&](const std::string& path, const base::Json& one) {
    const auto expected = one.text("expected");
    page.fact(label_of("later"),
              expected.empty() ? question(app, path)
                               : fmt::format("{} ({})", question(app, path), base::date_in_words(expected, language_)));
  });
}

void CopyTelling::tell_log(inbox::ArchivePage& page, const base::Json& body) const {
  const auto& entry = body["entry"];
  const auto& disclosed = body["disclosed"];
  if (!entry.is_object()) return;
  tell(page, label_of("at"), entry["at"]);
  page.fact(label_of("agency"), agency_name(entry.text("agency")));
  if (disclosed.is_object())
    for (const auto* name : {"actor.name", "party.name"}) page.fact(label_of(name), disclosed.text(name));
  if (const auto resource = entry.text("resource"); resource.find('/') != std::string_view::npos)
    page.fact(label_of("service"), service_in_words(resource));
  const auto& evidence = entry["evidence"];
  if (!evidence.is_object()) return;
  const std::string role(evidence.text("role"));
  const auto ground = fmt::format("copies.code.ground.{}", evidence.text("kind"));
  auto words = texts_.has(ground) ? word(ground) : std::string();
  if (const auto called = role.empty() ? std::string() : access::role_name(role, language_);
      !called.empty() && called != role)
    words += (words.empty() ? "" : ": ") + called;
  page.fact(label_of("evidence"), words);
}

// The form whose answers a record has.
std::shared_ptr<const forms::App> CopyTelling::app_of_answers(std::string_view type, const base::Json& record) const {
  if (!record["content"].is_object()) return nullptr;
  if (type == "submission") return app_of(record.text("org"), record.text("app"));
  if (type != "draft" || !names_.form_of) return nullptr;
  const auto id = names_.form_of(record.text("instance_id"));
  return id ? app_of(id->org, id->app) : nullptr;
}

void CopyTelling::tell_main(inbox::ArchivePage& page, std::string_view type, const base::Json& record) const {
  if (is_of_log(type)) return tell_log(page, record["body"]);
  const auto form = app_of_answers(type, record);
  if (form) page.fact(label_of("app"), form->title(language_));
  for (const auto& [name, value] : record.members()) {
    const bool is_column = !name.starts_with('_');
    if (!is_column || (is_for_programs(name) && !party_columns_.contains(name)) || (name == "content" && form))
      continue;
    if (name == "app" && value.is_string()) {
      const auto app = app_of(record.text("org"), value.as_string());
      if (!form) page.fact(label_of(name), app ? app->title(language_) : std::string(value.as_string()));
    } else if (type == "message_batch" && name == "content" && value.is_object() && value["body"].is_string()) {
      auto rest = value;
      rest.erase("body");
      tell(page, label_of(name), rest);
      page.body(inbox::message_body(value.text("body")));
    } else {
      tell_column(page, type, name, value);
    }
  }
  if (form) tell_form(page, *form, record["content"]);
}

void CopyTelling::tell_record(inbox::ArchivePage& page, std::string_view type, const base::Json& record) const {
  tell_main(page, type, record);
  if (const auto* ends = record.find("_ends"); ends != nullptr && ends->is_object())
    for (const auto& [rule, at] : ends->members()) tell(page, word("copies.ends"), at);
  if (record.text("_part") == "acts") page.paragraph(word("copies.only_acts"));
  page.begin_details(word("copies.for_programs"));
  page.fact(word("copies.key"), record.text("_key"));
  const bool has_form = app_of_answers(type, record) != nullptr;
  for (const auto& [name, value] : record.members()) {
    if (name.starts_with('_')) continue;
    if (has_form && name == "content") {
      auto rest = value;
      for (const auto* told : {"data", "text", "about", "changes", "later"}) rest.erase(told);
      tell(page, label_of(name), rest);
    } else if (is_of_log(type) || (is_for_programs(name) && !party_columns_.contains(name))) {
      tell(page, label_of(name), value);
    }
  }
  page.end_details();
}

}  // namespace alting::privacy
