#include "access/roles.h"

#include "base/text.h"
#include "parties/csv.h"

namespace alting::access {

std::string_view roles_csv();  // generated from roles.csv

namespace {

constexpr RoleId first_altinn = 64;

bool has_word(std::string_view words, std::string_view word) {
  for (const auto part : base::split(words, ' '))
    if (part == word) return true;
  return false;
}

}  // namespace

RoleTable::RoleTable(std::string_view csv) : by_id_(128) {
  RoleId next = first_altinn;
  std::vector<std::pair<RoleId, std::string>> held_by;
  bool heading = true;
  for (const auto line : base::split(csv, '\n')) {
    const auto fields = parties::split_csv_line(line, ';').value();
    if (std::exchange(heading, false) || fields.size() != 7) continue;
    RoleInfo role{no_role,
                  fields[1],
                  fields[0] == "altinn",
                  has_word(fields[2], "key"),
                  has_word(fields[2], "organisation"),
                  has_word(fields[2], "person"),
                  fields[3],
                  fields[4],
                  fields[5],
                  {}};
    if (role.altinn) {
      role.id = next++;
      altinn_.push_back(role.id);
      held_by.emplace_back(role.id, fields[6]);
    } else {
      const auto code = parties::find_role_code(role.code);
      if (!code) throw std::runtime_error("roles.csv: " + role.code + " is no register role");
      role.id = *code;
    }
    role.gives.set(role.id);
    if (role.key) key_roles_.set(role.id);
    if (role.code == "ADMAI" || role.code == "HADM" || role.code == "KLADM") administrators_.set(role.id);
    by_id_[role.id] = role;
  }
  for (const auto& [role, holders] : held_by)
    for (const auto code : base::split(holders, ' ')) {
      if (code.empty()) continue;
      const auto* holder = find(code);
      if (holder == nullptr) throw std::runtime_error("roles.csv: unknown holder " + std::string(code));
      by_id_[holder->id].gives.set(role);
    }
  for (std::size_t i = 0; i < parties::role_codes.size(); ++i)
    if (by_id_[i].id == no_role) throw std::runtime_error("roles.csv: missing " + std::string(parties::role_codes[i]));
}

const RoleInfo* RoleTable::find(std::string_view code) const {
  for (const auto& role : by_id_) {
    if (role.id == no_role || role.code.size() != code.size()) continue;
    if (role.code == code || base::to_upper(code) == role.code) return &role;
  }
  return nullptr;
}

std::string RoleTable::codes(const RoleSet& set) const {
  std::string text;
  for (const auto& role : by_id_)
    if (role.id != no_role && set.test(role.id)) text += (text.empty() ? "" : " ") + role.code;
  return text;
}

RoleSet RoleTable::set_of(std::string_view codes) const {
  RoleSet set;
  for (const auto code : base::split(codes, ' '))
    if (const auto* role = find(code)) set.set(role->id);
  return set;
}

const RoleTable& role_table() {
  static const RoleTable table(roles_csv());
  return table;
}

std::string role_name(std::string_view code, base::Language language) {
  const auto* role = role_table().find(code);
  if (role == nullptr) return std::string(code);
  switch (language) {
    case base::Language::nb: return role->nb;
    case base::Language::nn: return role->nn;
    case base::Language::en: return role->en;
  }
  return role->nb;
}

}  // namespace alting::access
