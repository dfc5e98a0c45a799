using System.Text.Json;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Domain.Generations;

/// <summary>One generate request as it was accepted: recorded before the first paid call, so that nothing paid for is forgotten.</summary>
public sealed record Generation
{
    /// <summary>Identity.</summary>
    public required GenerationId Id { get; init; }

    /// <summary>The character as described, trimmed.</summary>
    public required string Description { get; init; }

    /// <summary>The text for the model.</summary>
    public required string Prompt { get; init; }

    /// <summary><c>owner/name</c>, or <c>placeholder</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Images that show the character, in the order in which they are sent; empty without one.</summary>
    public IReadOnlyList<CharacterReferenceId> ReferenceImageIds { get; init; } = [];

    /// <summary>Inputs by the model's own names, without the per-image seed.</summary>
    public required IReadOnlyDictionary<string, JsonElement> ParametersUsed { get; init; }

    /// <summary>Parameters (by the contract's names) that the model does not know.</summary>
    public required IReadOnlyList<string> ParametersDropped { get; init; }

    /// <summary>Name of the flavor whose prompt and defaults it took.</summary>
    public required string Flavor { get; init; }

    /// <summary>When it was accepted, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When canceling was requested, UTC; <c>null</c> when it was not.</summary>
    public DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>Number of the recorded change; grows by one with each.</summary>
    public long Revision { get; init; } = 1;

    /// <summary>The node that runs it; <c>null</c> when any may, and where there is one node.</summary>
    public Guid? NodeId { get; init; }

    /// <summary>
    /// How often <see cref="NodeId"/> changed. A node writes only under the number that it got, so one that lost the generation changes nothing.
    /// </summary>
    public int Claim { get; init; }

    /// <summary>Estimated price of one image in USD; <c>null</c> when the model has none configured.</summary>
    public decimal? PricePerImage { get; init; }

    /// <summary>The generation whose failed slots this one retries; <c>null</c> without one.</summary>
    public GenerationId? RetriedFrom { get; init; }

    /// <summary>
    /// The trace of the request that began it, as a <c>traceparent</c> of W3C Trace Context; <c>null</c> when it was not recorded. Whoever runs the generation
    /// later, after a restart or on another node, links to it.
    /// </summary>
    public string? TraceParent { get; init; }

    /// <summary>One per requested image, by index.</summary>
    public required IReadOnlyList<GenerationSlot> Slots { get; init; }

    /// <summary>Derived from the slots.</summary>
    public GenerationStatus Status
    {
        get
        {
            if (Slots.Any(slot => slot.IsOpen))
            {
                return CancelRequestedAt is not null ? GenerationStatus.Canceling
                    : Slots.All(slot => slot.State is GenerationSlotState.Queued) ? GenerationStatus.Queued
                    : GenerationStatus.Running;
            }

            var succeeded = Slots.Count(slot => slot.State is GenerationSlotState.Succeeded);
            return Slots.Any(slot => slot.State is GenerationSlotState.Canceled) ? GenerationStatus.Canceled
                : succeeded == Slots.Count ? GenerationStatus.Succeeded
                : succeeded > 0 ? GenerationStatus.Partial
                : GenerationStatus.Failed;
        }
    }

    /// <summary>Whether no slot is open.</summary>
    public bool IsFinal => !Slots.Any(slot => slot.IsOpen);

    /// <summary>When the first paid request was sent, UTC; <c>null</c> before that.</summary>
    public DateTimeOffset? StartedAt => Slots.Min(slot => slot.StartedAt);

    /// <summary>When the last slot became final, UTC; <c>null</c> while one is open.</summary>
    public DateTimeOffset? CompletedAt => IsFinal ? Slots.Max(slot => slot.CompletedAt) : null;

    /// <summary>Estimated price of the images that were charged or still can be, in USD; <c>null</c> when the model has no price configured.</summary>
    public decimal? CostEstimate => PricePerImage is { } price ? price * Slots.Count(slot => slot.IsOpen || slot.MayBePaid) : null;

    /// <summary>What the image of this slot was made from.</summary>
    public ReferenceProvenance ProvenanceOf(GenerationSlot slot) => new()
    {
        GenerationId = Id,
        SlotIndex = slot.Index,
        Description = Description,
        Prompt = Prompt,
        Model = Model,
        Seed = slot.Seed,
        ReferenceImageId = ReferenceImageIds.Count > 0 ? ReferenceImageIds[0] : null,
        ParametersUsed = ParametersUsed,
        ParametersDropped = ParametersDropped,
    };
}
