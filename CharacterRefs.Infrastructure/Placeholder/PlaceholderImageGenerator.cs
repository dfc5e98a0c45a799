using System.Text.Json;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Infrastructure.Imaging;

namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>
/// Draws cards without a provider, for development and tests: free, offline, and the same bytes for the same description, seed, ratio and format.
/// It refuses nothing, so that a client built against it meets no rule that a real model does not have.
/// </summary>
internal sealed class PlaceholderImageGenerator : IImageGenerator, IDisposable
{
    // Rendering is pure computing: more at a time than there are processors only takes memory.
    private readonly SemaphoreSlim _renderings = new(Environment.ProcessorCount, Environment.ProcessorCount);

    public PlaceholderImageGenerator() => Libvips.Prepare();

    public Task<Result<IGenerationPlan>> PlanAsync(GenerationRequest request, CancellationToken cancellationToken)
    {
        var (asked, fallback) = (request.Requested, request.Defaults);
        var ratio = asked.AspectRatio ?? fallback.AspectRatio ?? Square();
        var format = asked.OutputFormat ?? fallback.OutputFormat ?? ImageFormat.Png;
        var plan = new PlaceholderPlan(request.Description, CardSize.For(ratio), format, _renderings)
        {
            ParametersUsed = new Dictionary<string, JsonElement>
            {
                ["aspect_ratio"] = JsonSerializer.SerializeToElement(ratio.ToString()),
                ["output_format"] = JsonSerializer.SerializeToElement(format.Extension),
            },
            ParametersDropped = Dropped(request).ToList(),
        };
        return Task.FromResult<Result<IGenerationPlan>>(plan);
    }

    public void Dispose() => _renderings.Dispose();

    private static AspectRatio Square() => AspectRatio.TryParse("1:1", out var square) ? square : default;

    private static IEnumerable<string> Dropped(GenerationRequest request)
    {
        var (asked, fallback) = (request.Requested, request.Defaults);
        (string Name, object? Value)[] unknown =
        [
            ("negative_prompt", asked.NegativePrompt ?? fallback.NegativePrompt),
            ("safety_filter_level", asked.SafetyFilterLevel ?? fallback.SafetyFilterLevel),
            ("person_generation", asked.PersonGeneration ?? fallback.PersonGeneration),
            ("reference_image_id", request.Reference),
        ];
        return unknown.Where(parameter => parameter.Value is not null).Select(parameter => parameter.Name);
    }
}
