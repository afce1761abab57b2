// A draft that is open on a page: the right to it, what is stored, and the one reading of its form that the whole request
// asks.
#pragma once
#include <string>
#include <string_view>

#include "instances/drafts.h"
#include "portal/view.h"

namespace alting::portal {

class OpenForm {
 public:
  // The draft that the address names. `view` and `drafts` outlive it. Errors of Drafts::open.
  [[nodiscard]] static base::Result<OpenForm> open(const View& view, instances::Drafts& drafts, terms::Action action);

  [[nodiscard]] const forms::App& app() const { return *draft_.app; }
  [[nodiscard]] const terms::Permit& permit() const { return permit_; }
  [[nodiscard]] const instances::Draft& draft() const { return draft_; }
  [[nodiscard]] forms::Reading& reading() { return reading_; }
  [[nodiscard]] DraftAddresses addresses() const { return view_->addresses().draft(draft_.at.id); }
  [[nodiscard]] bool is_supplement() const { return draft_.at.parent.has_value(); }

  // From now on it is this draft, and the reading is of its answers. Answers with the draft of before.
  instances::Draft take(instances::Draft draft);

 private:
  OpenForm(const View& view, instances::Drafts& drafts, instances::OpenedDraft opened);

  const View* view_;
  instances::Drafts* drafts_;
  terms::Permit permit_;
  instances::Draft draft_;
  forms::Reading reading_;
};

// What to show in place of a draft that does not open: one that was sent meanwhile leads to its receipt.
[[nodiscard]] Response refused(View& view, const base::Error& error);

// Who came from the overview gets the faults told there at their fields, and the way back to it. Who came from the first
// page, of an addition or of a short way, comes back to that one.
[[nodiscard]] bool from_overview(const View& view);
[[nodiscard]] bool from_first_page(const View& view);
[[nodiscard]] std::string with_origin(const View& view, std::string address);

}  // namespace alting::portal
