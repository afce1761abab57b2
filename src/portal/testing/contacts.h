// For tests: where people and organisations are reached, by the local registers behind the demo.
#pragma once
#include <functional>
#include <memory>

#include "access/make_access.h"
#include "parties/contact_points.h"
#include "parties/testing/test_registers.h"
#include "parties/testing/told_krr.h"

namespace alting::portal::testing {

class LocalContacts {
 public:
  LocalContacts(parties::testing::TestRegisters& registers, access::Access& access, ledger::Ledger& ledger)
      : LocalContacts(registers, access, ledger, *registers.krr) {}
  // With a register of persons that says something else.
  LocalContacts(parties::testing::TestRegisters& registers, access::Access& access, ledger::Ledger& ledger,
                parties::Krr& krr)
      : official_(parties::make_local_organisation_register(registers.temp.database())),
        points_(parties::make_contact_points({.database = registers.temp.database(),
                                              .clock = registers.clock,
                                              .random = registers.random,
                                              .numbers = registers.numbers,
                                              .registry = *registers.registry,
                                              .krr = krr,
                                              .organisations = *official_,
                                              .ledger = ledger,
                                              .recheck = [&access](store::Tx& tx, const terms::Permit& permit) {
                                                return access.decider().recheck(tx, permit);
                                              }})) {}
  [[nodiscard]] parties::ContactPoints& points() { return *points_; }

 private:
  std::unique_ptr<parties::OrganisationRegister> official_;
  std::unique_ptr<parties::ContactPoints> points_;
};

}  // namespace alting::portal::testing
