#include "parties/import_rows.h"

#include "base/text.h"
#include "parties/csv.h"
#include "parties/national_id.h"
#include "parties/organisation_content.h"
#include "parties/organisation_number.h"
#include "parties/role_code.h"

namespace alting::parties {
namespace {

base::Error row_fault(std::string_view code, std::string detail) {
  return base::make_error(base::ErrorKind::invalid, std::string(code), std::move(detail));
}

base::Result<base::Json> parse_element(const Element& element) {
  base::JsonLimits limits;
  limits.size = largest_element;
  return base::Json::parse(element.text, limits);
}

class UnitBatch final : public ImportBatch {
 public:
  UnitBatch(const RegistryParts& parts, base::Instant at, bool sub_units)
      : parts_(parts), at_(at), sub_units_(sub_units) {}

  base::Status take(const Element& element) override {
    ALTING_TRY(json, parse_element(element));
    auto unit = read_register_unit(json);
    ALTING_TRY(number, read_organisation_number(unit.party.organisation_number, parts_.mode));
    // A unit that was struck off long ago comes without a name: it keeps the number as its name.
    Ready ready;
    ready.row.name = make_party_name(unit.party.name.empty() ? number : unit.party.name);
    if (ready.row.name.name.empty()) return row_fault("error.import.name", "a unit without a name");
    ready.row.number = number;
    ready.row.form = unit.party.organisation_form;
    if (ready.row.form.size() > 20) return row_fault("error.import.form", "an organisation form that is too long");
    if (const auto parent = json.text("overordnetEnhet"); !parent.empty()) {
      if (!check_organisation_number(parent).kind)
        return row_fault("error.import.parent", "the number of the main unit does not hold");
      ready.row.parent_number = parent;
    }
    ready.row.kind = sub_units_ ? PartyKind::sub_unit : PartyKind::organisation;
    ready.row.deleted = unit.party.deleted;
    ready.row.bankrupt = unit.party.bankrupt;
    ready.row.dissolving = unit.party.dissolving;
    ready.row.content = write_content(unit);
    ready.uuid = base::Uuid::v7(parts_.random, at_);
    ready_.push_back(std::move(ready));
    return {};
  }

  std::int64_t store(store::Tx& tx, std::int64_t generation) const override {
    for (const auto& [row, uuid] : ready_)
      insert_organisation(tx, generation, party_of_organisation(tx, row.number, row.kind, row.name, uuid, at_).key.id,
                          row);
    return static_cast<std::int64_t>(ready_.size());
  }
  void clear() override { ready_.clear(); }
  std::int64_t size() const override { return static_cast<std::int64_t>(ready_.size()); }

 private:
  struct Ready {
    OrganisationRow row;
    base::Uuid uuid;
  };
  const RegistryParts& parts_;
  base::Instant at_;
  bool sub_units_;
  std::vector<Ready> ready_;
};

class OpenRoleBatch final : public ImportBatch {
 public:
  explicit OpenRoleBatch(const RegistryParts& parts) : parts_(parts) {}

  base::Status take(const Element& element) override {
    ALTING_TRY(json, parse_element(element));
    ALTING_TRY(number, read_organisation_number(json.text("organisasjonsnummer"), parts_.mode));
    if (!json["rollegrupper"].is_array()) return row_fault("error.import.roles", "an element without role groups");
    std::int64_t place = 0;
    for (const auto& group : json["rollegrupper"].items())
      for (const auto& role : group["roller"].is_array() ? group["roller"].items() : base::JsonArray()) {
        if (role["fratraadt"].bool_or(false) || role["avregistrert"].bool_or(false)) continue;
        if (role["person"]["erDoed"].bool_or(false) || role["enhet"]["erSlettet"].bool_or(false)) continue;
        Row row{number, place++, std::string(group["type"].text("kode")), std::string(role["type"].text("kode")),
                "",     ""};
        if (role["person"].is_object()) row.name = person_name(role["person"]["navn"]);
        row.holder = role["enhet"].text("organisasjonsnummer");
        if (row.role.empty() || row.role.size() > 10 || row.group.size() > 10 || row.holder.size() > 9)
          return row_fault("error.import.roles", "a role that cannot be read");
        rows_.push_back(std::move(row));
      }
    return {};
  }

  std::int64_t store(store::Tx& tx, std::int64_t generation) const override {
    for (const auto& row : rows_)
      tx.run(
          "INSERT INTO open_role (generation, organisation_number, place, role_group, role, holder_name, "
          "holder_number) VALUES (?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (generation, organisation_number, place) DO NOTHING",
          {generation, row.number, row.place, row.group, row.role, row.name, row.holder});
    return static_cast<std::int64_t>(rows_.size());
  }
  void clear() override { rows_.clear(); }
  std::int64_t size() const override { return static_cast<std::int64_t>(rows_.size()); }

 private:
  struct Row {
    std::string number;
    std::int64_t place;
    std::string group, role, name, holder;
  };
  static std::string person_name(const base::Json& name) {
    std::string text;
    for (const auto* part : {"fornavn", "mellomnavn", "etternavn"})
      if (!name.text(part).empty()) text += (text.empty() ? "" : " ") + std::string(name.text(part));
    return base::one_line(text, 200);
  }
  const RegistryParts& parts_;
  std::vector<Row> rows_;
};

class RoleFactBatch final : public ImportBatch {
 public:
  RoleFactBatch(const RegistryParts& parts, base::Instant at) : parts_(parts), at_(at) {}

  base::Status take(const Element& element) override {
    if (element.number == 1) return read_heading(element.text);
    if (columns_.empty()) return row_fault("error.import.heading", "no heading was read");
    if (base::trim(element.text).empty()) return {};
    ALTING_TRY(fields, split_csv_line(element.text, separator_));
    if (fields.size() < columns_.size()) return row_fault("error.import.columns", "a line with too few columns");
    const auto field = [&](std::string_view name) {
      return columns_.contains(name) ? fields[columns_.find(name)->second] : std::string();
    };
    Row row;
    ALTING_TRY(organisation, read_organisation_number(field("organisasjonsnummer"), parts_.mode));
    row.organisation = std::move(organisation);
    row.role = field("rolle");
    if (!find_role_code(row.role) || row.role == "PRIV" || row.role == "SAKSB")
      return row_fault("error.import.role", "a role code that is not known");
    auto holder = field(columns_.contains("identifikator") ? "identifikator" : "holder");
    for (const std::string_view prefix : {"person:", "org:"})
      if (holder.starts_with(prefix)) holder.erase(0, prefix.size());
    if (holder.size() == 11) {
      ALTING_TRY(number, read_national_id(holder, parts_.mode));
      row.person = store_form(parts_.numbers, number, parts_.random);
      row.number = std::move(number);
      row.name = base::one_line(base::trim(field("navn")), 200);
    } else {
      ALTING_TRY(number, read_organisation_number(holder, parts_.mode));
      row.holder_organisation = std::move(number);
    }
    rows_.push_back(std::move(row));
    return {};
  }

  // Persons that are not known here yet are asked for at Folkeregisteret, outside the transaction.
  void prepare() override {
    const auto known = parts_.database.read([&](store::Tx& tx) {
      std::vector<bool> there;
      for (const auto& row : rows_)
        there.push_back(!row.number.empty() && find_by_identifier(tx, "national", row.person.lookup).has_value());
      return there;
    });
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      auto& row = rows_[i];
      if (row.number.empty() || known[i]) continue;
      if (auto answer = parts_.folkeregisteret.look_up(row.number, FolkeregisterUse::role_import)) {
        row.answer = *std::move(answer);
      } else {
        row.answer.last_name =
            row.name;  // the register of businesses knows the name; the rest comes with the first login
        row.answer.is_protected = true;
        row.answer.source = "enhetsregisteret";
      }
      row.party_name = make_party_name(row.answer.full_name());
      row.uuid = base::Uuid::v7(parts_.random, at_);
    }
  }

  std::int64_t store(store::Tx& tx, std::int64_t generation) const override {
    std::int64_t stored = 0;
    for (const auto& row : rows_) {
      const auto organisation = find_by_identifier(tx, "organisation", row.organisation);
      auto holder = row.number.empty() ? find_by_identifier(tx, "organisation", row.holder_organisation)
                                       : find_by_identifier(tx, "national", row.person.lookup);
      if (!holder && !row.party_name.name.empty())
        holder = upsert_person(tx, row.person, row.answer, row.party_name, row.uuid, at_);
      if (!organisation || !holder) continue;
      insert_role_fact(tx, generation, organisation->id, row.role, holder->id);
      ++stored;
    }
    return stored;
  }
  void clear() override { rows_.clear(); }
  std::int64_t size() const override { return static_cast<std::int64_t>(rows_.size()); }

 private:
  struct Row {
    std::string organisation, role, holder_organisation, name;
    terms::NationalIdText number;  // empty for organisations
    StoredNumber person;
    FolkeregisterPerson answer;
    PartyName party_name;
    base::Uuid uuid;
  };

  base::Status read_heading(std::string_view line) {
    separator_ = line.find(';') != std::string_view::npos ? ';' : ',';
    ALTING_TRY(names, split_csv_line(line.starts_with("\xef\xbb\xbf") ? line.substr(3) : line, separator_));
    for (std::size_t i = 0; i < names.size(); ++i) columns_.emplace(names[i], i);
    for (const auto* wanted : {"organisasjonsnummer", "rolle"})
      if (!columns_.contains(wanted))
        return row_fault("error.import.heading", std::string("the heading has no column ") + wanted);
    if (!columns_.contains("identifikator") && !columns_.contains("holder"))
      return row_fault("error.import.heading", "the heading has no column identifikator");
    return {};
  }

  const RegistryParts& parts_;
  base::Instant at_;
  char separator_ = ';';
  std::map<std::string, std::size_t, std::less<>> columns_;
  std::vector<Row> rows_;
};

}  // namespace

std::unique_ptr<ImportBatch> make_batch(ImportKind kind, const RegistryParts& parts, base::Instant at) {
  switch (kind) {
    case ImportKind::units: return std::make_unique<UnitBatch>(parts, at, false);
    case ImportKind::sub_units: return std::make_unique<UnitBatch>(parts, at, true);
    case ImportKind::open_roles: return std::make_unique<OpenRoleBatch>(parts);
    case ImportKind::role_identities: return std::make_unique<RoleFactBatch>(parts, at);
  }
  return nullptr;
}

// By what only one of the files has. The beginning of a file holds at least one element: they are a kilobyte or two.
base::Result<ImportKind> detect_kind(bool is_json, std::string_view beginning) {
  const auto has = [&](std::string_view word) { return beginning.find(word) != std::string_view::npos; };
  if (!is_json) {
    if (has("organisasjonsnummer") && has("rolle")) return ImportKind::role_identities;
    return row_fault("error.import.unknown_kind", "neither a JSON array nor a CSV of roles");
  }
  if (has("\"rollegrupper\"")) return ImportKind::open_roles;
  if (has("\"Underenhet\"") || has("\"beliggenhetsadresse\"") || has("\"kode\": \"BEDR\"") ||
      has("\"kode\":\"BEDR\"") || has("\"kode\":\"AAFY\""))
    return ImportKind::sub_units;
  if (has("\"organisasjonsnummer\"") && has("\"organisasjonsform\"")) return ImportKind::units;
  return row_fault("error.import.unknown_kind", "none of the register's files");
}

}  // namespace alting::parties
