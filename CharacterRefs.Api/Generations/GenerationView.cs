using System.Runtime.CompilerServices;
using AutoMapper;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.References;

namespace CharacterRefs.Api.Generations;

/// <summary>Makes the resource of a generation, once for all who get the same revision at the same time.</summary>
public sealed class GenerationView(GenerationImages images, IMapper mapper, TimeProvider clock)
{
    // While a change goes to all who watch. The event log keeps a generation for much longer: its URLs expire, and its images are stored or deleted.
    private static readonly TimeSpan s_life = TimeSpan.FromMilliseconds(100);

    private readonly ConditionalWeakTable<Generation, Made> _made = [];

    /// <summary>The resource with the images that exist now.</summary>
    public Task<GenerationResource> GetAsync(Generation generation)
    {
        Made? made;
        lock (_made)
        {
            if (!_made.TryGetValue(generation, out made) || clock.GetElapsedTime(made.At) > s_life)
            {
                _made.AddOrUpdate(generation, made = new Made(clock.GetTimestamp(), new Lazy<Task<GenerationResource>>(() => MakeAsync(generation))));
            }
        }

        return made.Resource.Value;
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

    private sealed record Made(long At, Lazy<Task<GenerationResource>> Resource);
}
