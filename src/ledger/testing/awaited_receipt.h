// A receipt, however busy the machine is: the ledger itself has patience for two seconds, and the proof then follows.
#pragma once
#include <chrono>
#include <thread>

#include "ledger/ledger.h"

namespace alting::ledger::testing {

inline base::Result<Receipt> awaited_receipt(Ledger& ledger, const EntryHandle& handle) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  auto receipt = ledger.await_receipt(handle);
  while (!receipt && receipt.error().code == "error.ledger.proof_follows" && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    receipt = ledger.receipt(handle.id);
  }
  return receipt;
}

}  // namespace alting::ledger::testing
