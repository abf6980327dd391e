/** Made by `make contracts` from cti_server/features/registry.py: change it there. */
export type FeatureName = 'calls' | 'centre' | 'commands' | 'desk' | 'directory' | 'docs' | 'entities' | 'health' | 'ledger' | 'panel' | 'phone' | 'recordings' | 'reports' | 'retention' | 'session' | 'users' | 'wallboard'
