using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.References.Adoption;
using CharacterRefs.Application.References.Cache;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations.Generate;

/// <summary>Resolves the names in a command (flavor, model, reference image) to what a generator is asked.</summary>
public sealed class GenerationRequests(GenerationSettings settings, ReferenceLookup lookup, LocalCopies copies)
{
    /// <returns>The request, or the field that names something unknown.</returns>
    public async Task<Result<GenerationRequest>> ResolveAsync(GenerateReferencesCommand command, CancellationToken cancellationToken)
    {
        if (!settings.Flavors.TryGetValue(command.Flavor ?? Flavor.DefaultName, out var flavor))
        {
            return Error.Invalid("config_flavor", $"There is no flavor \"{command.Flavor}\"; known: {string.Join(", ", settings.Flavors.Keys.Order(StringComparer.Ordinal))}.");
        }

        if (command.Model is not null && !settings.AllowedModels.Contains(command.Model))
        {
            return Error.Invalid("model", $"The model \"{command.Model}\" is not allowed here; allowed: {string.Join(", ", settings.AllowedModels)}.");
        }

        ReferenceImage? reference = null;
        if (command.ReferenceImageId is { } id)
        {
            var found = await lookup.FindAsync(id, cancellationToken);
            if (!found.TryGet(out var known, out var error))
            {
                return error.Kind is ErrorKind.NotFound ? error with { Field = "reference_image_id" } : error;
            }

            // Looked for now, because nothing is paid yet.
            if ((await copies.FindAsync(known, cancellationToken)).Error is { } missing)
            {
                return missing with { Field = "reference_image_id" };
            }

            reference = new ReferenceImage(id, known.Format, known.SizeBytes, token => copies.OpenReadAsync(known, token));
        }

        return new GenerationRequest
        {
            Model = command.Model ?? (reference is null ? null : flavor.ReferenceModel) ?? flavor.Model ?? settings.DefaultModel,
            Description = command.Description,
            Prompt = flavor.PromptFor(command.Description),
            NumImages = command.NumImages,
            Seed = command.Seed,
            Requested = command.Parameters,
            Defaults = flavor.Defaults,
            Reference = reference,
        };
    }
}
