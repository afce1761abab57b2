#include "store/database.h"

#include "store/write_mark.h"

namespace alting::store {

namespace {

// Of the thread, as the call stack is: what stands below a closure is given no Tx to ask, and must not need one.
bool& marked() {
  thread_local bool is_in_write = false;
  return is_in_write;
}

}  // namespace

bool in_write() { return marked(); }

WriteMark::WriteMark() : before_(marked()) { marked() = true; }
WriteMark::~WriteMark() { marked() = before_; }

}  // namespace alting::store
