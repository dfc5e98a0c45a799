using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CharacterRefs.Infrastructure.Catalog.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AddGenerationWork : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "RetriedFrom",
                table: "generations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "CancelRequestedAt",
                table: "generations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Flavor",
                table: "generations",
                type: "TEXT",
                nullable: false,
                defaultValue: "default");

            migrationBuilder.AddColumn<string>(
                name: "IdempotencyKey",
                table: "generations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "IdempotencyOwner",
                table: "generations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PricePerImage",
                table: "generations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ReferenceImageIds",
                table: "generations",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "RequestHash",
                table: "generations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Revision",
                table: "generations",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1L);

            migrationBuilder.AddColumn<string>(
                name: "Status",
                table: "generations",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "CompletedAt",
                table: "generation_slots",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsPaidLoss",
                table: "generation_slots",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "RateLimitWait",
                table: "generation_slots",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "StartedAt",
                table: "generation_slots",
                type: "INTEGER",
                nullable: true);

            // Rows from before: what they imply, with the time of the request where no better one is known.
            migrationBuilder.Sql("UPDATE generation_slots SET State = 'Queued' WHERE State = 'Pending'");
            migrationBuilder.Sql(
                "UPDATE generation_slots SET StartedAt = (SELECT CreatedAt FROM generations WHERE Id = GenerationId) WHERE State <> 'Queued'");
            migrationBuilder.Sql("UPDATE generation_slots SET CompletedAt = StartedAt WHERE State IN ('Succeeded', 'Failed')");
            migrationBuilder.Sql(
                "UPDATE generations SET ReferenceImageIds = '[\"' || lower(ReferenceImageId) || '\"]' WHERE ReferenceImageId IS NOT NULL");
            migrationBuilder.Sql(
                """
                UPDATE generations SET Status = CASE
                    WHEN EXISTS (SELECT 1 FROM generation_slots WHERE GenerationId = generations.Id AND State NOT IN ('Succeeded', 'Failed')) THEN 'Running'
                    WHEN NOT EXISTS (SELECT 1 FROM generation_slots WHERE GenerationId = generations.Id AND State = 'Failed') THEN 'Succeeded'
                    WHEN EXISTS (SELECT 1 FROM generation_slots WHERE GenerationId = generations.Id AND State = 'Succeeded') THEN 'Partial'
                    ELSE 'Failed' END
                """);

            // Written by hand: EF would rebuild the table outside the transaction of the migration.
            migrationBuilder.Sql("ALTER TABLE generations DROP COLUMN \"ReferenceImageId\"");

            migrationBuilder.CreateIndex(
                name: "IX_generations_CreatedAt_Id",
                table: "generations",
                columns: new[] { "CreatedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_generations_IdempotencyOwner_IdempotencyKey",
                table: "generations",
                columns: new[] { "IdempotencyOwner", "IdempotencyKey" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_generations_Status",
                table: "generations",
                column: "Status");

            migrationBuilder.CreateIndex(
                name: "IX_generation_slots_PredictionId",
                table: "generation_slots",
                column: "PredictionId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_generations_CreatedAt_Id",
                table: "generations");

            migrationBuilder.DropIndex(
                name: "IX_generations_IdempotencyOwner_IdempotencyKey",
                table: "generations");

            migrationBuilder.DropIndex(
                name: "IX_generations_Status",
                table: "generations");

            migrationBuilder.DropIndex(
                name: "IX_generation_slots_PredictionId",
                table: "generation_slots");

            migrationBuilder.DropColumn(
                name: "CancelRequestedAt",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "Flavor",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "IdempotencyKey",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "IdempotencyOwner",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "PricePerImage",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "ReferenceImageIds",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "RequestHash",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "Revision",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "Status",
                table: "generations");

            migrationBuilder.DropColumn(
                name: "CompletedAt",
                table: "generation_slots");

            migrationBuilder.DropColumn(
                name: "IsPaidLoss",
                table: "generation_slots");

            migrationBuilder.DropColumn(
                name: "RateLimitWait",
                table: "generation_slots");

            migrationBuilder.DropColumn(
                name: "StartedAt",
                table: "generation_slots");

            migrationBuilder.DropColumn(
                name: "RetriedFrom",
                table: "generations");

            migrationBuilder.AddColumn<Guid>(
                name: "ReferenceImageId",
                table: "generations",
                type: "TEXT",
                nullable: true);
        }
    }
}
