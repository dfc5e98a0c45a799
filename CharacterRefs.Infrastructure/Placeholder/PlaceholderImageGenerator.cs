using CharacterRefs.Application.Generations;
using CharacterRefs.Infrastructure.Imaging;

namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>
/// Renders cards without a provider, for development and tests: free, offline, and the same bytes for the same description, seed, ratio and format.
/// It rejects nothing, so that a client built against it meets no rule that a real model does not have.
/// </summary>
internal sealed class PlaceholderImageGenerator : IImageGenerator, IDisposable
{
    private const string Ratio = "aspect_ratio";
    private const string Format = "output_format";

    // Rendering is pure computing: more at a time than there are processors only takes memory.
    private readonly SemaphoreSlim _renderings = new(Environment.ProcessorCount, Environment.ProcessorCount);

    public PlaceholderImageGenerator() => Libvips.Prepare();

    public bool IsMetered => false;

    public bool Serves(string model) => model == ModelPrices.Placeholder;

    public Task<Result<GenerationPlan>> PlanAsync(GenerationRequest request, CancellationToken cancellationToken)
    {
        var (requested, fallback) = (request.Requested, request.Defaults);
        var ratio = requested.AspectRatio ?? fallback.AspectRatio ?? ReadRatio("1:1");
        var format = requested.OutputFormat ?? fallback.OutputFormat ?? ImageFormat.Png;
        var used = new Dictionary<string, JsonElement>
        {
            [Ratio] = JsonSerializer.SerializeToElement(ratio.ToString()),
            [Format] = JsonSerializer.SerializeToElement(format.Extension),
        };
        return Task.FromResult<Result<GenerationPlan>>(new GenerationPlan(ModelPrices.Placeholder, used, [.. Dropped(request)], UsesSeed: true));
    }

    public Task<IReadOnlyList<ModelDescription>> DescribeModelsAsync(IReadOnlyList<string> models, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ModelDescription>>([.. models.Select(model => new ModelDescription
        {
            Name = model,
            RecordedName = ModelPrices.Placeholder,
            AspectRatios = null,
            OutputFormats = ImageFormat.All,
            TakesSeed = true,
            MaxSeed = GenerationLimits.MaxSeed,
        })]);

    public async Task<SlotOutcome> GenerateAsync(SlotTask task, ISlotProgress progress, CancellationToken cancel, CancellationToken stop)
    {
        var seed = task.Seed ?? throw new ArgumentException("The placeholder takes a seed.", nameof(task));
        var size = CardSize.For(ReadRatio(task.Parameters[Ratio].GetString()));
        var format = ImageFormat.FromExtension(task.Parameters[Format].GetString()) ?? ImageFormat.Png;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stop);
        byte[] bytes;
        try
        {
            await _renderings.WaitAsync(either.Token);
            try
            {
                if (!await progress.SubmittingAsync())
                {
                    return new SlotOutcome(SlotEnd.NotSent);
                }

                bytes = await Task.Run(() => CardRenderer.Render(CardSvg.Compose(task.Description, seed, size), format), either.Token);
            }
            finally
            {
                _renderings.Release();
            }

            progress.Storing();
            using var content = new MemoryStream(bytes, writable: false);
            return await progress.ReceiveAsync(content, stop) is { } error ? SlotOutcome.Failure(error) : new SlotOutcome(SlotEnd.Received);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return new SlotOutcome(cancel.IsCancellationRequested ? SlotEnd.Canceled : SlotEnd.Interrupted);
        }
    }

    public Task<Result<string>> FindSubmissionAsync(SlotTask task, Func<string, Task<bool>> isClaimed, CancellationToken cancellationToken) =>
        Task.FromResult<Result<string>>("");

    public void Dispose() => _renderings.Dispose();

    private static AspectRatio ReadRatio(string? text) => AspectRatio.TryParse(text, out var ratio) ? ratio : default;

    private static IEnumerable<string> Dropped(GenerationRequest request)
    {
        var (requested, fallback) = (request.Requested, request.Defaults);
        (string Name, object? Value)[] unknown =
        [
            ("negative_prompt", requested.NegativePrompt ?? fallback.NegativePrompt),
            ("safety_filter_level", requested.SafetyFilterLevel ?? fallback.SafetyFilterLevel),
            ("person_generation", requested.PersonGeneration ?? fallback.PersonGeneration),
            (request.ReferenceField, request.References.Count > 0 ? request.References : null),
        ];
        return unknown.Where(parameter => parameter.Value is not null).Select(parameter => parameter.Name);
    }
}
