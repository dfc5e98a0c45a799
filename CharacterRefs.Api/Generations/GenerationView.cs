using System.Runtime.CompilerServices;
using AutoMapper;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.References;

namespace CharacterRefs.Api.Generations;

/// <summary>Makes the resource of a generation, once for all who get the same revision.</summary>
public sealed class GenerationView(GenerationImages images, IMapper mapper)
{
    private readonly ConditionalWeakTable<Generation, Task<GenerationResource>> _made = [];

    /// <summary>The resource with the images that exist now.</summary>
    public async Task<GenerationResource> GetAsync(Generation generation)
    {
        try
        {
            return await _made.GetValue(generation, MakeAsync);
        }
        catch
        {
            // A catalog that could not be read once must not fail every later read of this revision.
            _made.Remove(generation);
            throw;
        }
    }

    /// <summary>The resources, in their order.</summary>
    public async Task<IReadOnlyList<GenerationResource>> GetAsync(IEnumerable<Generation> generations) =>
        await Task.WhenAll(generations.Select(GetAsync));

    /// <summary>The full response to the request of a final generation, and its images in the same order.</summary>
    public async Task<(GenerateCharacterReferenceResponse Response, IReadOnlyList<LocatedReference> Images)> GetResponseAsync(
        Generation generation, CancellationToken cancellationToken)
    {
        var stored = await images.ListAsync(generation, cancellationToken);
        var response = new GenerateCharacterReferenceResponse
        {
            Images = mapper.Map<List<GeneratedImage>>(stored),
            Metadata = mapper.Map<GenerationMetadata>(generation),
        };
        return (response, stored);
    }

    private async Task<GenerationResource> MakeAsync(Generation generation) => mapper.Map<GenerationResource>(generation) with
    {
        Images = mapper.Map<List<GeneratedImage>>(await images.ListAsync(generation, CancellationToken.None)),
    };
}
