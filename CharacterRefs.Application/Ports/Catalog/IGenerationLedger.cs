using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>The durable record of what was asked of a provider and what became of it. Each call is on disk when it returns.</summary>
public interface IGenerationLedger
{
    /// <summary>Records a generation and its slots.</summary>
    Task BeginAsync(Generation generation, CancellationToken cancellationToken);

    /// <summary>Records where a slot stands now.</summary>
    Task RecordAsync(GenerationId generationId, GenerationSlot slot, CancellationToken cancellationToken);

    /// <summary>Records a finished slot and the row of its image in one transaction.</summary>
    Task CompleteAsync(GenerationId generationId, GenerationSlot slot, CharacterReference reference, CancellationToken cancellationToken);

    /// <summary>The generation that reserved this image id; <c>null</c> when none did.</summary>
    Task<Generation?> FindByImageAsync(CharacterReferenceId imageId, CancellationToken cancellationToken);

    /// <summary>A generation with its slots; <c>null</c> when there is none.</summary>
    Task<Generation?> FindAsync(GenerationId id, CancellationToken cancellationToken);
}
