// Attachments as the form's rules see them. Used by this room only.
#pragma once
#include <vector>

#include "forms/form_context.h"
#include "instances/instance.h"

namespace alting::instances {

inline void add_infos(forms::FormContext& context, const std::vector<Attachment>& attachments) {
  for (const auto& one : attachments)
    context.attachments.push_back({one.id.text(), one.data_type, one.file_name, one.size, one.tag});
}

}  // namespace alting::instances
