using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Generations.Generate;

/// <summary>Resolves the names in a command (flavor, model, reference images) to a request for a generator.</summary>
public sealed class RequestResolver(GenerationSettings settings, GenerationReferences images)
{
    /// <returns>The request, or the field that names something unknown.</returns>
    public async Task<Result<GenerationRequest>> ResolveAsync(GenerateReferencesCommand command, CancellationToken cancellationToken)
    {
        if (!settings.Flavors.TryGetValue(command.Flavor ?? Flavor.DefaultName, out var flavor))
        {
            return Error.Invalid(
                "config_flavor", $"There is no flavor \"{command.Flavor}\"; known: {string.Join(", ", settings.Flavors.Keys.Order(StringComparer.Ordinal))}.");
        }

        if (command.Model is not null && !settings.AllowedModels.Contains(command.Model))
        {
            return GenerationErrors.ModelNotAllowed(command.Model, settings.AllowedModels);
        }

        // Looked for now, because nothing is paid yet.
        if (!(await images.FindAsync(command.ReferenceImageIds, cancellationToken)).TryGet(out var references, out var missing))
        {
            return missing.Kind is ErrorKind.NotFound ? missing with { Field = command.ReferenceField } : missing;
        }

        return new GenerationRequest
        {
            Model = command.Model ?? settings.ModelOf(flavor, hasReference: references.Count > 0),
            Description = command.Description,
            Prompt = flavor.PromptFor(command.Description),
            NumImages = command.NumImages,
            Seed = command.Seed,
            Requested = command.Parameters,
            Defaults = flavor.Defaults,
            References = references,
            ReferenceField = command.ReferenceField,
        };
    }
}
