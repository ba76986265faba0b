// Stage definitions: the properties that every stage of a portal's pipelines brings along
// (hubspot/facts/stage_properties.h), for stages made at run time.
// Threads: under the portal's lock. Invariant: a definition that is there stays, also after its
// stage is gone: records may still show when they were in it.
#pragma once

#include "mock_server/portal/object_type.h"

namespace hubsim::portal {

class Portal;

/// Defines what the stages of the type's pipelines lack (option pipelines.stage_properties).
void define_stage_properties(Portal& portal, TypeIndex type, Instant now);

}  // namespace hubsim::portal
