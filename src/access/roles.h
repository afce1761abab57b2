// The roles: those of the registers and the classic Altinn roles, and which gives which. The table is roles.csv beside
// this file.
//
// A register role (DAGL) gives Altinn roles (UTINN, ADMAI, ...); policies name either. Holders of a key role also act
// with what others have given the organisation.
#pragma once
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "parties/role_code.h"

namespace alting::access {

using RoleId = std::uint8_t;  // a register role's place in parties::role_codes, or 64 and up for Altinn's
using RoleSet = std::bitset<128>;
inline constexpr RoleId no_role = 255;

struct RoleInfo {
  RoleId id = no_role;
  std::string code;
  bool altinn = false;
  bool key = false;
  bool for_organisations = false, for_persons = false;  // may be handed out for a party of that kind
  std::string nb, nn, en;
  RoleSet gives;  // itself and the Altinn roles it gives
};

class RoleTable {
 public:
  explicit RoleTable(std::string_view csv);  // throws std::runtime_error: a mistake in the table is a defect
  [[nodiscard]] const RoleInfo* find(std::string_view code) const;  // either case
  [[nodiscard]] const RoleInfo& operator[](RoleId id) const { return by_id_[id]; }
  [[nodiscard]] const RoleSet& gives(RoleId id) const { return by_id_[id].gives; }
  [[nodiscard]] const std::vector<RoleId>& altinn_roles() const { return altinn_; }
  [[nodiscard]] std::string codes(const RoleSet& set) const;   // "DAGL ADMAI", by id
  [[nodiscard]] RoleSet set_of(std::string_view codes) const;  // unknown codes are left out
  [[nodiscard]] const RoleSet& key_roles() const { return key_roles_; }
  [[nodiscard]] const RoleSet& administrators() const {
    return administrators_;
  }  // ADMAI, HADM, KLADM: never a ground in an app's policy

 private:
  std::vector<RoleInfo> by_id_;
  std::vector<RoleId> altinn_;
  RoleSet key_roles_, administrators_;
};
[[nodiscard]] const RoleTable& role_table();  // the compiled-in one; never changes

[[nodiscard]] std::string role_name(std::string_view code, base::Language language);  // the code itself when unknown

}  // namespace alting::access
